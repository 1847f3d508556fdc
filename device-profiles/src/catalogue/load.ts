import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CompiledProfile, compileProfile } from '../compile/profile.js';
import { invalidProfile, parseProfile } from '../format/parse-profile.js';
import type { Profile } from '../format/profile.js';
import { lintProfile } from '../lint/lint.js';

/** The profiles that come with the program: profiles/<vendor>/<model>.yaml. */
export const builtInProfiles = fileURLToPath(new URL('../../profiles', import.meta.url));

/** Profiles by name; each is read and compiled when it is asked for first. */
export interface Catalogue {
  readonly size: number;
  has(name: string): boolean;
  get(name: string): CompiledProfile | undefined;
  keys(): Iterable<string>;
  values(): Iterable<CompiledProfile>;
}

const MAX_FILES = 2000;
const ENDING = '.yaml';

/**
 * Finds every `<vendor>/<model>.yaml` of the folders. A file of a folder of the operator's own that is not valid, or two
 * of one name, stop it with `profile.invalid`: a gateway that silently lacked a profile would lose the events of its
 * devices. The built-in ones are valid, and most gateways need two or three of them.
 */
export async function loadProfiles(folders: readonly string[] = [builtInProfiles]): Promise<Catalogue> {
  const shelf = new Shelf();
  for (const folder of folders) {
    const added = (await profileFiles(folder)).map((file) => shelf.add(folder, file));
    if (folder !== builtInProfiles) for (const name of added) shelf.get(name);
  }
  return shelf;
}

class Shelf implements Catalogue {
  private readonly files = new Map<string, { readonly folder: string; readonly file: string }>();
  private readonly compiled = new Map<string, CompiledProfile>();

  get size(): number {
    return this.files.size;
  }

  /** Its name, which is that of the file. */
  add(folder: string, file: string): string {
    const name = basename(file, ENDING);
    if (this.files.has(name)) throw invalidProfile(file, [`a profile of the name ${name} exists already`]);
    this.files.set(name, { folder, file });
    return name;
  }

  has(name: string): boolean {
    return this.files.has(name);
  }

  get(name: string): CompiledProfile | undefined {
    const place = this.files.get(name);
    if (place === undefined) return undefined;
    const known = this.compiled.get(name);
    if (known !== undefined) return known;
    const made = compileProfile(checkProfile(readFileSync(join(place.folder, place.file), 'utf8'), place.file));
    this.compiled.set(name, made);
    return made;
  }

  keys(): Iterable<string> {
    return this.files.keys();
  }

  *values(): Generator<CompiledProfile> {
    for (const name of this.files.keys()) {
      const profile = this.get(name);
      if (profile !== undefined) yield profile;
    }
  }
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
