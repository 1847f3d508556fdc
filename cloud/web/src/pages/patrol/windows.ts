const HOURS = /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/;
const MOST = 24;

/** `08:00-09:00, 12:00-13:00` as a list; undefined where one of them is none, or ends before it begins. */
export function windowsOf(text: string): readonly string[] | undefined {
  const windows = text.split(/[,，、;；\s]+/u).filter((one) => one !== '');
  const isWindow = (one: string): boolean => HOURS.test(one) && one.slice(0, 5) < one.slice(6);
  return windows.length > 0 && windows.length <= MOST && windows.every(isWindow) ? windows : undefined;
}
