import { AnGridError } from '@angrid/contract';

/** Why a payload is refused: a closed list, used as the label of a counter. */
export const malformedReasons = [
  'empty',
  'too-large',
  'not-json',
  'not-xml',
  'not-an-object',
  'too-deep',
  'too-many-values',
  'too-many-items',
  'no-discriminator',
  'no-dedup-key',
] as const;
export type MalformedReason = (typeof malformedReasons)[number];

/** `profile.malformed-payload`; its detail is the reason and what was found. */
export function malformed(reason: MalformedReason, found: string, cause?: unknown): AnGridError {
  return new AnGridError('profile.malformed-payload', { op: 'profile.read', detail: `${reason}: ${found}`, cause });
}

export function malformedReason(error: AnGridError): MalformedReason {
  return (error.detail ?? '').split(':', 1)[0] as MalformedReason;
}
