import type { Found } from './found.js';
import { leavesOf } from './leaf.js';
import type { Mistake } from './mistake.js';
import { nearest } from './nearest.js';
import type { Schema } from './schema.js';
import type { Environment } from './setting-type.js';
import { variableNamedBy } from './types/secret-reference.js';

/** What the environment says, by key. An empty variable counts as not set. */
export function readEnvironment(schema: Schema, environment: Environment): Map<string, Found> {
  const found = new Map<string, Found>();
  for (const { key, variable, setting } of leavesOf(schema)) {
    const own = environment[variable];
    const wellKnown = setting.variable === undefined ? undefined : environment[setting.variable];
    if (own) found.set(key, { written: own, where: variable });
    else if (wellKnown && setting.variable !== undefined) {
      found.set(key, { written: setting.type.secret ? `env:${setting.variable}` : wellKnown, where: setting.variable });
    }
  }
  return found;
}

/** The variables of the prefix that mean nothing: neither a setting, nor the file, nor named by a secret reference. */
export function unknownVariables(
  schema: Schema,
  environment: Environment,
  found: ReadonlyMap<string, Found>,
): Mistake[] {
  const known = [`${schema.prefix}_CONFIG`, ...leavesOf(schema).map((leaf) => leaf.variable)];
  const allowed = new Set(known);
  for (const { written } of found.values()) {
    for (const text of typeof written === 'string' ? [written] : written) allowed.add(variableNamedBy(text) ?? '');
  }
  const mistakes: Mistake[] = [];
  for (const name of Object.keys(environment).sort()) {
    if (!name.startsWith(`${schema.prefix}_`) || allowed.has(name) || environment[name] === undefined) continue;
    const near = nearest(name, known) ?? '';
    const reason = {
      'zh-CN': `未知的变量，最接近的是 ${near}`,
      en: `there is no such variable; the nearest is ${near}`,
    };
    mistakes.push({ code: 'config.unknown-key', where: name, reason });
  }
  return mistakes;
}
