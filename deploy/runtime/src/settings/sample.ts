import type { Locale } from '@angrid/contract';
import { labels, typeOf, yamlOf } from './labels.js';
import { type Leaf, leafAt, walk } from './leaf.js';
import type { Schema } from './schema.js';

/**
 * A configuration file with every setting, explained. Required settings stand with their example, the others as
 * `#key: value` with their default or example. The file is valid as it stands, and with every `#` removed.
 */
export function sampleOf(schema: Schema, locale: Locale): string {
  const lines = [`# ${labels.translate(locale, 'sampleHead')}`, `# ${labels.translate(locale, 'secretHead')}`];
  for (const { path, member } of walk(schema.members, [])) {
    const indent = '  '.repeat(path.length - 1);
    const key = path.at(-1) ?? '';
    if (member.is === 'group')
      lines.push('', `${indent}# ${member.about[locale]}${labels.translate(locale, 'end')}`, `${indent}${key}:`);
    else lines.push('', ...settingLines(leafAt(schema, path, member), locale).map((line) => indent + line));
  }
  return `${lines.join('\n')}\n`;
}

function settingLines(leaf: Leaf, locale: Locale): string[] {
  const { setting, variable } = leaf;
  const facts = [typeOf(leaf, locale), presenceOf(leaf, locale), variable].join(labels.translate(locale, 'and'));
  const shown = setting.default === undefined || isEmptyList(setting.default) ? setting.example : setting.default;
  const mark = setting.presence === 'required' ? '' : '#';
  return [
    `# ${setting.about[locale]}${labels.translate(locale, 'end')}`,
    `# ${facts}`,
    `${mark}${leaf.path.at(-1)}: ${yamlOf(shown)}`,
  ];
}

function presenceOf({ setting }: Leaf, locale: Locale): string {
  if (setting.default !== undefined) return labels.translate(locale, 'defaultIs', { value: yamlOf(setting.default) });
  return labels.translate(locale, setting.presence === 'required' ? 'required' : 'optional');
}

function isEmptyList(written: Leaf['setting']['example']): boolean {
  return typeof written !== 'string' && written.length === 0;
}
