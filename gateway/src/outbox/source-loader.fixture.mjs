import { existsSync, readFileSync } from 'node:fs';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

/*
 * Lets a thread or a child process of a test run the TypeScript sources: `node --conditions=source --import <this file>`.
 * jest transforms what it loads itself, but not what a new thread loads.
 */
const HOOKS = '?hooks';
if (!import.meta.url.endsWith(HOOKS)) register(`${import.meta.url}${HOOKS}`);

const options = {
  jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

export async function resolve(specifier, context, next) {
  const fromSource = context.parentURL?.endsWith('.ts') && /^\.{1,2}\/.*\.js$/.test(specifier);
  const url = fromSource ? new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL) : undefined;
  return url && existsSync(url) ? { url: url.href, shortCircuit: true } : next(specifier, context);
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const filename = fileURLToPath(url);
  const { code } = transformSync(readFileSync(filename, 'utf8'), { ...options, filename });
  return { format: 'module', shortCircuit: true, source: code };
}
