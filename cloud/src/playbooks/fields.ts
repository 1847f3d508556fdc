import type { Localized } from '@angrid/contract';
import { z } from 'zod';

/** What the parts of a playbook call each other by. */
export const keySchema = z.string().regex(/^[a-z][a-z0-9-]{0,47}$/, 'lower-case letters, digits and hyphens');

const words = z.string().max(400);

/** A text in both catalogues. The lint, and not the schema, says which one is missing. */
export const wordsSchema: z.ZodType<Localized> = z.strictObject({ 'zh-CN': words, en: words });

/** `00:00` to `24:00`. */
const CLOCK = String.raw`(?:[01]\d|2[0-3]):[0-5]\d`;
/** `08:30-12:00`, in the compound's zone; `22:00-06:00` ends on the next day. */
export const dayHoursSchema = z
  .string()
  .regex(new RegExp(`^${CLOCK}-(?:${CLOCK}|24:00)$`), 'hours such as 08:30-12:00');

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `30s`, `15m`, `48h`, `7d`: written like this, read in milliseconds. At most a year. */
export const spanSchema = z
  .string()
  .regex(/^[1-9]\d{0,4}[smhd]$/, 'a span such as 30s, 15m, 48h or 7d')
  .transform(milliseconds)
  .refine((ms) => ms <= 366 * UNIT_MS.d, 'at most a year');

function milliseconds(text: string): number {
  return Number(text.slice(0, -1)) * UNIT_MS[text.slice(-1) as keyof typeof UNIT_MS];
}

/** `15m` for 900000: the largest unit that says it in whole numbers. */
export function spanText(ms: number): string {
  const unit = (['d', 'h', 'm'] as const).find((one) => ms % UNIT_MS[one] === 0) ?? 's';
  return `${Math.round(ms / UNIT_MS[unit])}${unit}`;
}
