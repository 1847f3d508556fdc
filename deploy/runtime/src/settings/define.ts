import { type Leaf, leavesOf } from './leaf.js';
import type { Members, Rule, Schema, ValuesOf } from './schema.js';
import type { Written } from './setting-type.js';

interface Declaration<M extends Members> {
  /** Of the environment variables, as `ANGRID_GATEWAY`. */
  readonly prefix: string;
  readonly settings: M;
  readonly rules?: readonly Rule<ValuesOf<M>>[];
}

/**
 * The one schema of a program. Throws TypeError where the declaration itself is wrong: a default or an example that
 * its own type refuses, a key that is not camelCase, or two settings with one variable.
 */
export function defineSettings<const M extends Members>({ prefix, settings, rules = [] }: Declaration<M>): Schema<M> {
  const schema: Schema<M> = { prefix, members: settings, rules };
  const owners = new Map<string, string>([[`${prefix}_CONFIG`, 'the name of the configuration file']]);
  for (const leaf of leavesOf(schema)) {
    const owner = owners.get(leaf.variable);
    if (owner !== undefined) throw new TypeError(`${leaf.key} and ${owner} share the variable ${leaf.variable}`);
    owners.set(leaf.variable, leaf.key);
    checkLeaf(leaf);
  }
  return schema;
}

function checkLeaf({ key, path, setting }: Leaf): void {
  if (!path.every((part) => /^[a-z][A-Za-z0-9]*$/.test(part))) throw new TypeError(`${key} is not camelCase`);
  if (setting.type.secret) return;
  checkWritten(`the example of ${key}`, setting, setting.example);
  if (setting.default !== undefined) checkWritten(`the default of ${key}`, setting, setting.default);
}

function checkWritten(what: string, setting: Leaf['setting'], written: Written): void {
  const parsed = setting.type.parse(written, {});
  if ('refusal' in parsed) throw new TypeError(`${what}: ${parsed.refusal.reason.en}`);
}
