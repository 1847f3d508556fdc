import { readdirSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const SKIPPED = new Set(['node_modules', 'dist', '.cache', '.demo', '.git']);

export interface Source {
  /** From the root of the repository: `gateway/src/gateway.ts`. */
  readonly path: string;
  readonly text: string;
  /** A test or a part of one. */
  readonly isTest: boolean;
}

export function readRoot(path: string): string {
  return readFileSync(`${root}${path}`, 'utf8');
}

/** Every file below a folder, from the root of the repository. */
export function filesBelow(folder: string): string[] {
  return readdirSync(`${root}${folder}`, { withFileTypes: true }).flatMap((entry) => {
    const path = relative('.', `${folder}/${entry.name}`);
    if (SKIPPED.has(entry.name)) return [];
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** The TypeScript and Vue files below a folder. */
export function sourcesBelow(folder: string): Source[] {
  const paths = filesBelow(folder).filter((path) => /\.(ts|vue)$/.test(path));
  return paths.map((path) => ({
    path,
    text: readRoot(path),
    isTest: /\.(test|fixture)\.ts$|\/testing\/|^test\//.test(path),
  }));
}

/** What a file imports, statically or not. */
export function importsOf({ text }: Source): string[] {
  const found = text.matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|^import\s+)'([^']+)'/gm);
  return [...found].map(([, specifier = '']) => specifier);
}
