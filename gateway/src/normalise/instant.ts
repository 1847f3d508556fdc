const DAY_MS = 24 * 60 * 60 * 1000;
const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

/** The date of the day that was asked for last: most events are of today. */
const latest = { day: Number.NaN, text: '' };

/** As `Date.toISOString`, in a fraction of its time. */
export function isoOf(ms: number): string {
  const day = Math.floor(ms / DAY_MS);
  if (day !== latest.day) {
    latest.text = new Date(day * DAY_MS).toISOString().slice(0, -13);
    latest.day = day;
  }
  const rest = ms - day * DAY_MS;
  const seconds = Math.floor(rest / 1000);
  const hour = TWO_DIGITS[Math.floor(seconds / 3600)];
  const minute = TWO_DIGITS[Math.floor(seconds / 60) % 60];
  const fraction = String(1000 + (rest % 1000)).slice(1);
  return `${latest.text}${hour}:${minute}:${TWO_DIGITS[seconds % 60]}.${fraction}Z`;
}
