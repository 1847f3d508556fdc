/** The day that this machine's calendar shows at an instant, as a date field holds it: `2026-03-02`. */
export function dayOf(instant: number): string {
  const at = new Date(instant);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** The minute on this machine's clock, as a date-and-time field holds it: `2026-03-02T08:30`. */
export function minuteOf(instant: number): string {
  const at = new Date(instant);
  return `${dayOf(instant)}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

const two = (value: number): string => String(value).padStart(2, '0');
