import { type EventKind, eventKinds, kindDefinition } from '@angrid/contract';

/** The kinds that an exercise can have. */
export const alertingKinds: readonly EventKind[] = eventKinds.filter(
  (kind) => kindDefinition(kind).standing === 'alert',
);

export function isAlertingKind(kind: string): kind is EventKind {
  return alertingKinds.some((known) => known === kind);
}
