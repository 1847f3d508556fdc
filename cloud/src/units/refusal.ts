import { AnGridError } from '@angrid/contract';

/** The units cannot be changed in this way: the caller reads which ones, and why. */
export function refusal(op: string, names: readonly string[], why: string): AnGridError {
  const subject = names.join(', ');
  return new AnGridError('units.refused', { op, subject, detail: `${subject}: ${why}` });
}
