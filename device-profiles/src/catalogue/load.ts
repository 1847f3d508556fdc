import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CompiledProfile, compileProfile } from '../compile/profile.js';
import { invalidProfile, parseProfile } from '../format/parse-profile.js';
import type { Profile } from '../format/profile.js';
import { lintProfile } from '../lint/lint.js';

/** The profiles that come with the program: profiles/<vendor>/<model>.yaml. */
export const builtInProfiles = fileURLToPath(new URL('../../profiles', import.meta.url));

/** Compiled profiles by name. */
export type Catalogue = ReadonlyMap<string, CompiledProfile>;

const MAX_FILES = 2000;
const ENDING = '.yaml';

/**
 * Loads every `<vendor>/<model>.yaml` of the folders. A file that is not valid, or two of one name, stop the loading
 * with `profile.invalid`: a gateway that silently lacked a profile would lose the events of its devices.
 */
export async function loadProfiles(folders: readonly string[] = [builtInProfiles]): Promise<Catalogue> {
  const catalogue = new Map<string, CompiledProfile>();
  for (const folder of folders) {
    for (const file of await profileFiles(folder)) {
      const profile = checkProfile(await readFile(join(folder, file), 'utf8'), file);
      if (catalogue.has(profile.name))
        throw invalidProfile(file, [`a profile of the name ${profile.name} exists already`]);
      catalogue.set(profile.name, compileProfile(profile));
    }
  }
  return catalogue;
}

/** Parses and lints one file. Throws `profile.invalid` with every mistake. */
export function checkProfile(text: string, file: string): Profile {
  const profile = parseProfile(text, file);
  const mistakes = lintProfile(profile)
    .filter((finding) => finding.level === 'error')
    .map((finding) => `${finding.path}: ${finding.text.en}`);
  if (profile.name !== basename(file, ENDING)) mistakes.push(`name: ${profile.name} must be the name of the file`);
  if (mistakes.length > 0) throw invalidProfile(file, mistakes);
  return profile;
}

async function profileFiles(folder: string): Promise<string[]> {
  const entries = await listFolder(folder);
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(ENDING));
  if (files.length > MAX_FILES) throw invalidProfile(folder, [`more than ${MAX_FILES} profiles`]);
  return files.map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort();
}

async function listFolder(folder: string) {
  try {
    return await readdir(folder, { recursive: true, withFileTypes: true });
  } catch (cause) {
    throw invalidProfile(folder, ['the folder cannot be read'], cause);
  }
}
