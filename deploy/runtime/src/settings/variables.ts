import type { Localized } from '@angrid/contract';
import { leavesOf } from './leaf.js';
import type { Schema } from './schema.js';

export interface Variable {
  readonly name: string;
  /** The setting that it gives, as `broker.tls.port`; undefined for the variable that names the file. */
  readonly key: string | undefined;
  readonly about: Localized;
}

/** Every environment variable that a program of this schema reads. */
export function variablesOf(schema: Schema): readonly Variable[] {
  const variables: Variable[] = [{ name: `${schema.prefix}_CONFIG`, key: undefined, about: FILE }];
  for (const { key, variable, setting } of leavesOf(schema)) {
    variables.push({ name: variable, key, about: setting.about });
    if (setting.variable !== undefined) variables.push({ name: setting.variable, key, about: setting.about });
  }
  return variables;
}

const FILE = { 'zh-CN': '配置文件的路径', en: 'The path of the configuration file' };
