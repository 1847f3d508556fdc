import type { Localized } from '@angrid/contract';
import { refused, type SettingType } from '../setting-type.js';

/** A list of values of one type: a YAML list, or one text with commas between the values. At most `max` values. */
export function list<T>(item: SettingType<T>, { max = 100 }: { max?: number } = {}): SettingType<readonly T[]> {
  return {
    name: {
      'zh-CN': `列表，每项为${item.name['zh-CN']}（环境变量中以逗号分隔）`,
      en: `a list, each item ${item.name.en} (in a variable with commas between)`,
    },
    secret: item.secret,
    parse(written, environment) {
      const texts = typeof written === 'string' ? splitText(written) : written;
      if (texts.length > max) {
        return refused({ 'zh-CN': `超过 ${max} 项`, en: `has more than ${max} items` });
      }
      const values: T[] = [];
      for (const [index, text] of texts.entries()) {
        const parsed = item.parse(text, environment);
        if ('refusal' in parsed) return refused(atItem(index + 1, parsed.refusal.reason), parsed.refusal.code);
        values.push(parsed.value);
      }
      return { value: values };
    },
  };
}

function splitText(written: string): readonly string[] {
  return written.trim() === '' ? [] : written.split(',').map((part) => part.trim());
}

function atItem(position: number, reason: Localized): Localized {
  return { 'zh-CN': `第 ${position} 项：${reason['zh-CN']}`, en: `item ${position}: ${reason.en}` };
}
