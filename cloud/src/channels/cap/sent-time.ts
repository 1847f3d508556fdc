/** RFC 3339 with the zone as a number, as CAP wants it: `2026-03-01T10:00:00+08:00`, and UTC as `-00:00`. */
export function inZone(at: Date, timezone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((each) => each.type === type)?.value ?? '';
  const offset = /[+-]\d{2}:\d{2}/.exec(part('timeZoneName'))?.[0].replace('+00:00', '-00:00') ?? '-00:00';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}${offset}`;
}
