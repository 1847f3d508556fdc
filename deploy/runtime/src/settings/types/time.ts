import { scalar, type SettingType } from '../setting-type.js';

const DAY_MINUTES = 24 * 60;

/** A part of each day, by the wall clock of its place; `22:00-06:00` runs over midnight. */
export class Hours {
  private constructor(
    readonly text: string,
    /** Minutes since midnight, included. */
    readonly from: number,
    /** Minutes since midnight, not included. */
    readonly to: number,
  ) {}

  /** Undefined where the text is not `HH:MM-HH:MM`, or where both ends are the same. */
  static parse(text: string): Hours | undefined {
    const [from, to] = text.split('-', 2).map(minuteOf);
    if (from === undefined || to === undefined || from === to || from === DAY_MINUTES) return undefined;
    return text.split('-').length === 2 ? new Hours(text, from, to) : undefined;
  }

  /** Whether a minute of the day, 0 to 1439, lies within. */
  includes(minute: number): boolean {
    return this.from < this.to ? minute >= this.from && minute < this.to : minute >= this.from || minute < this.to;
  }

  toString(): string {
    return this.text;
  }
}

/** `22:00-06:00`; the end is not included, and 24:00 may be an end. */
export function hours(): SettingType<Hours> {
  return scalar({ 'zh-CN': '时段，如 22:00-06:00', en: 'hours such as 22:00-06:00' }, Hours.parse);
}

/** A name of the IANA time zone database. */
export function timeZone(): SettingType<string> {
  return scalar({ 'zh-CN': 'IANA 时区，如 Asia/Shanghai', en: 'an IANA time zone such as Asia/Shanghai' }, (written) =>
    /^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(written) && isZone(written) ? written : undefined,
  );
}

function minuteOf(written: string): number | undefined {
  const [, hour, minute] = /^(\d{2}):([0-5]\d)$/.exec(written) ?? [];
  const value = Number(hour) * 60 + Number(minute);
  return value <= DAY_MINUTES ? value : undefined;
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
