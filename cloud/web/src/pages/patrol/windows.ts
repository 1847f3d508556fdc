const HOURS = /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/;
const MOST = 24;

/** `08:00-09:00, 22:00-06:00` as a list; undefined where one of them is none. */
export function windowsOf(text: string): readonly string[] | undefined {
  const windows = text.split(/[,，、;；\s]+/u).filter((one) => one !== '');
  return windows.length > 0 && windows.length <= MOST && windows.every((one) => HOURS.test(one)) ? windows : undefined;
}
