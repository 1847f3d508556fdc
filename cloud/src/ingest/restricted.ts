import { type AlertItem, type EventItem, kindDefinition } from '@angrid/contract';

/**
 * What is silent at the device is shown to the entitled only: accounts/account-scope.ts says who they are, migration
 * 0004 holds the rows to it.
 */
export function isRestricted({ data }: EventItem | AlertItem): boolean {
  return kindDefinition(data.kind).silent === true || ('silent' in data && data.silent === true);
}
