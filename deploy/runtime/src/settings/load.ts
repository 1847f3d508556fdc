import { existsSync } from 'node:fs';
import { readEnvironment, unknownVariables } from './environment.js';
import { readFile } from './file.js';
import type { Found } from './found.js';
import { type Leaf, leavesOf } from './leaf.js';
import { errorOf, type Mistake } from './mistake.js';
import type { Members, Schema, ValuesOf } from './schema.js';
import type { Environment } from './setting-type.js';

export interface SettingsSource {
  readonly environment: Environment;
  /** The file to read; without it PREFIX_CONFIG names it, and else `defaultFile` is read where it exists. */
  readonly file?: string | undefined;
  readonly defaultFile?: string | undefined;
}

export type CheckedSettings<T> = { readonly settings: T } | { readonly mistakes: readonly [Mistake, ...Mistake[]] };

/** The settings, or every mistake in them at once. Variables override the file, the file overrides defaults. */
export function checkSettings<M extends Members>(
  schema: Schema<M>,
  source: SettingsSource,
): CheckedSettings<ValuesOf<M>> {
  const { environment } = source;
  const file = fileOf(schema, source);
  const { found, mistakes } =
    file === undefined ? { found: new Map<string, Found>(), mistakes: [] } : readFile(schema, file);
  for (const [key, value] of readEnvironment(schema, environment)) found.set(key, value);
  mistakes.push(...unknownVariables(schema, environment, found));

  const values = new Map<string, unknown>();
  const skipMissing = mistakes.some((mistake) => mistake.code === 'config.unreadable');
  for (const leaf of leavesOf(schema)) {
    const given = found.get(leaf.key);
    if (given === undefined && leaf.setting.presence === 'required' && skipMissing) continue;
    const mistake = readLeaf(leaf, given, { values, environment });
    if (mistake) mistakes.push(mistake);
  }
  const settings = nested(schema.members, values, []) as ValuesOf<M>;
  if (mistakes.length === 0) mistakes.push(...brokenRules(schema, settings, found));
  const [first, ...others] = mistakes;
  return first === undefined ? { settings } : { mistakes: [first, ...others] };
}

/** The settings of a program. Throws AnGridError config.* whose detail lists every mistake, one a line. */
export function loadSettings<M extends Members>(schema: Schema<M>, source: SettingsSource): ValuesOf<M> {
  const checked = checkSettings(schema, source);
  if ('mistakes' in checked) throw errorOf(checked.mistakes);
  return checked.settings;
}

function fileOf(schema: Schema, { file, defaultFile, environment }: SettingsSource): string | undefined {
  const named = file ?? (environment[`${schema.prefix}_CONFIG`] || undefined);
  if (named !== undefined) return named;
  return defaultFile !== undefined && existsSync(defaultFile) ? defaultFile : undefined;
}

interface Reader {
  readonly values: Map<string, unknown>;
  readonly environment: Environment;
}

function readLeaf(
  { key, variable, setting }: Leaf,
  given: Found | undefined,
  { values, environment }: Reader,
): Mistake | undefined {
  const written = given?.written ?? setting.default;
  if (written === undefined) {
    return setting.presence === 'required'
      ? { code: 'config.missing-value', where: key, reason: missing(variable, setting.example) }
      : undefined;
  }
  const parsed = setting.type.parse(written, environment);
  if ('refusal' in parsed) return { ...parsed.refusal, where: given?.where ?? key };
  values.set(key, parsed.value);
  return undefined;
}

function missing(variable: string, example: Leaf['setting']['example']): Mistake['reason'] {
  const shown = typeof example === 'string' ? example : example.join(', ');
  return {
    'zh-CN': `必填；写入配置文件或变量 ${variable}，例如 ${shown}`,
    en: `it is required; give it in the file or as ${variable}, for example ${shown}`,
  };
}

function nested(members: Members, values: ReadonlyMap<string, unknown>, above: readonly string[]): object {
  const result: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(members)) {
    const path = [...above, key];
    result[key] = member.is === 'group' ? nested(member.members, values, path) : values.get(path.join('.'));
  }
  return result;
}

function brokenRules<M extends Members>(
  schema: Schema<M>,
  settings: ValuesOf<M>,
  found: ReadonlyMap<string, Found>,
): Mistake[] {
  const mistakes: Mistake[] = [];
  for (const rule of schema.rules) {
    if (rule.holds(settings)) continue;
    mistakes.push({ code: 'config.invalid-value', where: found.get(rule.key)?.where ?? rule.key, reason: rule.reason });
  }
  return mistakes;
}
