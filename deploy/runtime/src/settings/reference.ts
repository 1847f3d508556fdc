import type { Locale } from '@angrid/contract';
import { labels, typeOf, yamlOf } from './labels.js';
import { type Leaf, leafAt, walk } from './leaf.js';
import type { Group, Schema, Setting } from './schema.js';

/** A Markdown page with every setting of the schema, one section a group. */
export function referenceOf(schema: Schema, locale: Locale, title: string): string {
  const lines = [`# ${title}`, '', labels.translate(locale, 'order', { file: `${schema.prefix}_CONFIG` })];
  lines.push('', labels.translate(locale, 'secrets'));
  const own = settingsIn(schema, [], schema.members);
  if (own.length > 0) lines.push(...tableOf(own, locale));
  for (const { path, member } of walk(schema.members, [])) {
    if (member.is === 'group') lines.push(...sectionOf(schema, { path, member, locale }));
  }
  return `${lines.join('\n')}\n`;
}

interface Section {
  readonly path: readonly string[];
  readonly member: Group;
  readonly locale: Locale;
}

function sectionOf(schema: Schema, { path, member, locale }: Section): string[] {
  const leaves = settingsIn(schema, path, member.members);
  const lines = ['', `## ${path.join('.')}`, '', `${member.about[locale]}${labels.translate(locale, 'end')}`];
  return leaves.length === 0 ? lines : [...lines, ...tableOf(leaves, locale)];
}

function settingsIn(schema: Schema, path: readonly string[], members: Group['members']): Leaf[] {
  const leaves: Leaf[] = [];
  for (const [key, member] of Object.entries(members)) {
    if (member.is === 'setting') leaves.push(leafAt(schema, [...path, key], member));
  }
  return leaves;
}

function tableOf(leaves: readonly Leaf[], locale: Locale): string[] {
  const columns = (['key', 'about', 'type', 'default', 'example', 'restart'] as const).map((key) =>
    labels.translate(locale, key),
  );
  return ['', rowOf(columns), rowOf(columns.map(() => '---')), ...leaves.map((leaf) => rowOf(cellsOf(leaf, locale)))];
}

function cellsOf(leaf: Leaf, locale: Locale): string[] {
  const { setting } = leaf;
  return [
    namesOf(leaf),
    setting.about[locale],
    typeOf(leaf, locale),
    defaultOf(setting, locale),
    codeOf(yamlOf(setting.example)),
    labels.translate(locale, setting.restart ? 'afterRestart' : 'atOnce'),
  ];
}

function namesOf({ key, variable, setting }: Leaf): string {
  return [key, variable, ...(setting.variable === undefined ? [] : [setting.variable])].map(codeOf).join('<br>');
}

function defaultOf(setting: Setting<unknown>, locale: Locale): string {
  if (setting.default !== undefined) return codeOf(yamlOf(setting.default));
  return labels.translate(locale, setting.presence === 'required' ? 'required' : 'optional');
}

function codeOf(text: string): string {
  return `\`${text}\``;
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
