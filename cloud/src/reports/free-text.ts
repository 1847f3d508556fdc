import { SHORTEST_REASON } from '@angrid/contract';
import { z } from 'zod';
import { redact, type RedactionCounts } from './redact.js';

/** Why somebody decided something: a sentence, without the numbers that name a person, a telephone or a car. */
export const reasonText = (most: number) =>
  z
    .string()
    .trim()
    .min(SHORTEST_REASON)
    .max(most)
    .transform((reason) => redact(reason).text);

export interface KeptNote {
  readonly note: string | undefined;
  /** How many numbers of which kind were taken out of it; undefined where there were none. */
  readonly redacted: RedactionCounts | undefined;
}

/** A note as the log keeps it, without those numbers; undefined where nothing was written. */
export function keptNote(written: string | undefined): KeptNote {
  const { text, counts } = redact((written ?? '').trim());
  const found = Object.values(counts).some((count) => count > 0);
  return { note: text === '' ? undefined : text, redacted: found ? counts : undefined };
}
