import { catalogue } from '@angrid/runtime';
import type { Context } from './context.js';

const { translate } = catalogue({
  en: { bad: '{text} is not a number of seconds from 1 to 3600' },
  'zh-CN': { bad: '{text} 不是 1 到 3600 的秒数' },
});

/** Seconds as a person types them: `30`, also `30s`. */
export function seconds(text: string | undefined, unless: number, context: Context): number {
  if (text === undefined) return unless;
  const [, digits] = /^(\d{1,4})s?$/.exec(text.trim()) ?? [];
  const value = Number(digits);
  if (digits !== undefined && value >= 1 && value <= 3600) return value;
  throw context.misuse(translate(context.locale, 'bad', { text }));
}
