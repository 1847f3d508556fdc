import { catalogue } from '@angrid/runtime';
import type { Context } from './context.js';

const { translate } = catalogue({
  en: { bad: '{text} is not a span of time from 1s to 24h, such as 30s, 10m or 2h' },
  'zh-CN': { bad: '{text} 不是 1s 到 24h 的时长，例如 30s、10m、2h' },
});

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };
const MOST = 86_400;

/** A span of time as a person types it: `30s`, `10m`, `2h`; in seconds. */
export function spanOf(text: string, context: Context): number {
  const [, digits = '', unit = ''] = /^(\d{1,5})([smh])$/.exec(text.trim()) ?? [];
  const value = Number(digits) * (UNITS[unit] ?? Number.NaN);
  if (value >= 1 && value <= MOST) return value;
  throw context.misuse(translate(context.locale, 'bad', { text }));
}
