import { kindDefinition, type Localized } from '@angrid/contract';
import type { AlertFact } from './facts.js';
import type { Match } from './pattern.js';
import type { Surroundings } from './surroundings.js';

const alone: Localized = { 'zh-CN': '{first}：{firstKind}', en: '{first}: {firstKind}' };
type Locale = keyof Localized;

/** The sentence of an alert that stands alone. */
export function whyAlone(alert: AlertFact, surroundings: Surroundings, template: Localized = alone): Localized {
  return whySentence({ first: alert, others: [] }, surroundings, template);
}

/**
 * The sentence that says why these alerts belong together. Words in braces: first, firstKind, other, otherKind (the
 * nearest in time), apart, count. Where the clocks of the two devices have been measured it says how far off they are.
 */
export function whySentence({ first, others }: Match, surroundings: Surroundings, template: Localized): Localized {
  const [other] = others;
  const said = (locale: Locale): string => {
    const words: Readonly<Record<string, string>> = {
      first: surroundings.nameOf(first.device),
      firstKind: kindDefinition(first.kind).title[locale],
      other: other ? surroundings.nameOf(other.device) : '',
      otherKind: other ? kindDefinition(other.kind).title[locale] : '',
      apart: other ? apart[locale](Math.round((other.at - first.at) / 1000)) : '',
      count: String(others.length + 1),
    };
    return template[locale].replaceAll(/\{(\w+)\}/g, (all, word: string) => words[word] ?? all);
  };
  const ms = other ? Math.round(surroundings.uncertainty(first.device, other.device)) : 0;
  return { 'zh-CN': said('zh-CN') + doubt['zh-CN'](ms), en: said('en') + doubt.en(ms) };
}

const apart: Readonly<Record<Locale, (seconds: number) => string>> = {
  'zh-CN': (seconds) => {
    if (seconds === 0) return '同时';
    return seconds > 0 ? `${seconds} 秒后` : `${-seconds} 秒前`;
  },
  en: (seconds) => {
    if (seconds === 0) return 'at the same time';
    return `${Math.abs(seconds)} s ${seconds > 0 ? 'later' : 'before'}`;
  },
};

const doubt: Readonly<Record<Locale, (ms: number) => string>> = {
  'zh-CN': (ms) => (ms === 0 ? '' : `（设备时钟误差 ±${ms} 毫秒）`),
  en: (ms) => (ms === 0 ? '' : ` (device clocks ±${ms} ms)`),
};
