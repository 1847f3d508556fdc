import type { Locale } from '@angrid/contract';
import { catalogue } from '@angrid/runtime';

const { translate } = catalogue({
  en: { now: 'just now', seconds: '{n} s ago', minutes: '{n} min ago', hours: '{n} h ago', days: '{n} days ago' },
  'zh-CN': { now: '刚刚', seconds: '{n} 秒前', minutes: '{n} 分钟前', hours: '{n} 小时前', days: '{n} 天前' },
});

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** How long ago, in words; both in wall milliseconds. */
export function ago(then: number, now: number, locale: Locale): string {
  const passed = Math.max(0, now - then);
  if (passed < 2000) return translate(locale, 'now');
  if (passed < 2 * MINUTE_MS) return translate(locale, 'seconds', { n: Math.round(passed / 1000) });
  if (passed < 2 * HOUR_MS) return translate(locale, 'minutes', { n: Math.round(passed / MINUTE_MS) });
  if (passed < 2 * DAY_MS) return translate(locale, 'hours', { n: Math.round(passed / HOUR_MS) });
  return translate(locale, 'days', { n: Math.round(passed / DAY_MS) });
}

/** `0.4 ms`, `38 ms`, `1.2 s`. */
export function span(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
