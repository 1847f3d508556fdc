import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { AnGridError } from '@angrid/contract';
import { builtInProfiles } from '@angrid/device-profiles';
import type { Context } from './context.js';

export interface ProfileFile {
  /** As it is shown: from the folder that was named. */
  readonly file: string;
  readonly text: string;
}

const MOST_FILES = 2000;

const NAME = /^[a-z0-9][a-z0-9-]*$/;

/**
 * The profile files at a path, of one file or of a folder, or the file of a profile that is named; without either, those
 * that the gateway loads.
 */
export async function profileFiles(path: string | undefined, context: Context): Promise<ProfileFile[]> {
  if (path === undefined) return loadedFiles(context);
  if (NAME.test(path) && !existsSync(context.path(path))) {
    const named = (await loadedFiles(context)).filter(({ file }) => basename(file) === `${path}.yaml`);
    if (named.length > 0) return named;
  }
  return filesAt(context.path(path));
}

async function loadedFiles(context: Context): Promise<ProfileFile[]> {
  const own = context.settings().profiles;
  const built = await filesAt(builtInProfiles);
  return own === undefined ? built : [...built, ...(await filesAt(context.path(own)))];
}

async function filesAt(path: string): Promise<ProfileFile[]> {
  try {
    const { isDirectory } = await stat(path).then((found) => ({ isDirectory: found.isDirectory() }));
    if (!isDirectory) return [{ file: path, text: await readFile(path, 'utf8') }];
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    const found = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.yaml')).slice(0, MOST_FILES);
    const files = found.map((entry) => relative(path, join(entry.parentPath, entry.name))).sort();
    return await Promise.all(files.map(async (file) => ({ file, text: await readFile(join(path, file), 'utf8') })));
  } catch (cause) {
    throw new AnGridError('profile.invalid', { op: 'profile.read', subject: path, detail: String(cause), cause });
  }
}
