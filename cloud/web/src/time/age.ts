export type AgeUnit = 'second' | 'minute' | 'hour' | 'day';

/** An age as at most two neighbouring parts: 42 s; 4 min 12 s; 3 h 5 min; 2 d 4 h. Zero parts at the end are left out. */
export type AgeParts = readonly { readonly unit: AgeUnit; readonly value: number }[];

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `ms` below zero counts as zero: a clock that runs ahead never shows a negative age. */
export function ageParts(ms: number): AgeParts {
  const age = Math.max(0, ms);
  if (age < MINUTE) return [{ unit: 'second', value: Math.floor(age / SECOND) }];
  if (age < HOUR) return pair(age, ['minute', MINUTE], ['second', SECOND]);
  if (age < DAY) return pair(age, ['hour', HOUR], ['minute', MINUTE]);
  return pair(age, ['day', DAY], ['hour', HOUR]);
}

function pair(age: number, [unit, size]: [AgeUnit, number], [rest, restSize]: [AgeUnit, number]): AgeParts {
  const value = Math.floor(age / size);
  const remainder = Math.floor((age - value * size) / restSize);
  const first = { unit, value };
  return remainder === 0 ? [first] : [first, { unit: rest, value: remainder }];
}

/** What is left until `at`, in whole seconds rounded up, never below zero. */
export function secondsUntil(at: number, now: number): number {
  return Math.max(0, Math.ceil((at - now) / SECOND));
}

/** `m:ss`, or `h:mm:ss` from one hour on. */
export function countdown(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = two(seconds % 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}
