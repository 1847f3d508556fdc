import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '../../secret/secret.js';
import { errnoOf } from '../errno.js';
import { type Environment, listFor, type Parsed, refused, type SettingType } from '../setting-type.js';

const MOST_BYTES = 64 * 1024;
const NAME = {
  'zh-CN': '密钥引用：file:/路径、env:变量名 或 credential:名称',
  en: 'a reference to a secret: file:/path, env:NAME or credential:NAME',
};

/**
 * A secret, by reference only: `file:/path` (mode 0600 or stricter), `env:NAME`, or `credential:NAME`, a file in
 * systemd's $CREDENTIALS_DIRECTORY, which systemd guards. A line break at the end of a file is not part of the secret.
 */
export function secret(): SettingType<Secret> {
  return {
    name: NAME,
    secret: true,
    parse(written, environment) {
      if (typeof written !== 'string') return refused(listFor(NAME));
      const reference = referenceOf(written.trim());
      return reference ? resolve(reference, environment) : refused(LITERAL, 'config.secret-literal');
    },
  };
}

/** The variable that a written secret reference names, if it names one. */
export function variableNamedBy(written: string): string | undefined {
  const reference = referenceOf(written.trim());
  return reference?.kind === 'env' ? reference.name : undefined;
}

const LITERAL = {
  'zh-CN': '密钥不能直接写在这里，应为引用：file:/路径、env:变量名 或 credential:名称',
  en: 'a secret must not stand here itself; write a reference: file:/path, env:NAME or credential:NAME',
};

interface Reference {
  readonly kind: 'file' | 'env' | 'credential';
  readonly name: string;
}

function referenceOf(written: string): Reference | undefined {
  const [, path] = /^file:(\/[^\0]{1,4095})$/.exec(written) ?? [];
  if (path !== undefined) return { kind: 'file', name: path };
  const [, variable] = /^env:([A-Za-z_][A-Za-z0-9_]{0,127})$/.exec(written) ?? [];
  if (variable !== undefined) return { kind: 'env', name: variable };
  const [, credential] = /^credential:([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})$/.exec(written) ?? [];
  return credential === undefined ? undefined : { kind: 'credential', name: credential };
}

function resolve({ kind, name }: Reference, environment: Environment): Parsed<Secret> {
  switch (kind) {
    case 'file':
      return fromFile(name, { guarded: false });
    case 'env':
      return fromVariable(name, environment);
    case 'credential':
      return fromCredential(name, environment);
  }
}

function fromVariable(name: string, environment: Environment): Parsed<Secret> {
  const value = environment[name];
  if (value) return { value: new Secret(value) };
  return refused(
    { 'zh-CN': `环境变量 ${name} 未设置`, en: `the variable ${name} is not set` },
    'config.secret-missing',
  );
}

function fromCredential(name: string, environment: Environment): Parsed<Secret> {
  const folder = environment['CREDENTIALS_DIRECTORY'];
  if (folder) return fromFile(join(folder, name), { guarded: true });
  const reason = {
    'zh-CN': `credential:${name} 只在 systemd 设置了 LoadCredential 时可用`,
    en: `credential:${name} needs a systemd unit with LoadCredential=${name}`,
  };
  return refused(reason, 'config.secret-missing');
}

function fromFile(path: string, { guarded }: { guarded: boolean }): Parsed<Secret> {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    return unreadable(path, cause);
  }
  try {
    const { mode, size } = fstatSync(file);
    if (!guarded && (mode & 0o077) !== 0) return exposed(path, mode);
    if (size > MOST_BYTES) return refused({ 'zh-CN': `${path} 过大`, en: `${path} is too large` });
    const content = Buffer.alloc(MOST_BYTES);
    const value = content.toString('utf8', 0, readSync(file, content)).replace(/\r?\n$/, '');
    return value === ''
      ? refused({ 'zh-CN': `${path} 是空的`, en: `${path} is empty` }, 'config.secret-missing')
      : { value: new Secret(value) };
  } catch (cause) {
    return unreadable(path, cause);
  } finally {
    closeSync(file);
  }
}

function unreadable(path: string, cause: unknown): Parsed<Secret> {
  const why = errnoOf(cause);
  return refused(
    { 'zh-CN': `无法读取 ${path}（${why}）`, en: `${path} cannot be read (${why})` },
    'config.secret-missing',
  );
}

function exposed(path: string, mode: number): Parsed<Secret> {
  const octal = (mode & 0o777).toString(8).padStart(4, '0');
  const reason = {
    'zh-CN': `${path} 的权限为 ${octal}，他人可读取；请运行 chmod 600 ${path}`,
    en: `${path} has mode ${octal}, so that others can read it; run chmod 600 ${path}`,
  };
  return refused(reason, 'config.secret-exposed');
}
