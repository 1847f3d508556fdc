import { cp, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { AnGridError } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import {
  backupDatabase,
  type BackupManifest,
  checkBackup,
  type DatabaseAddress,
  errorCode,
  restoreDatabase,
} from '../platform/database/index.js';

/**
 * A backup is a folder: `database/` (as of one moment, with its manifest), `evidence/` and `pki/`. The database comes
 * first: evidence that it calls complete lay on disk before that, so the files copied after it hold all of it.
 * `pki/` holds the key of the cloud's CA, which every gateway has pinned: keep a backup as you keep that key.
 */
const FILES = ['evidence', 'pki'] as const;

export interface BackupCloudOptions {
  readonly address: DatabaseAddress;
  /** The data folder of the cloud. */
  readonly data: string;
  /** Must not exist; appears whole or not at all. */
  readonly folder: string;
  readonly clock: Clock;
}

export async function backupCloud({ address, data, folder, clock }: BackupCloudOptions): Promise<BackupManifest> {
  if (await exists(folder)) throw new AnGridError('backup.target-not-empty', { op: 'backup.take', subject: folder });
  const partial = `${path.resolve(folder)}.partial`;
  try {
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true, mode: 0o700 });
    const manifest = await backupDatabase({ address, folder: path.join(partial, 'database'), clock });
    for (const name of FILES) await copyFolder(path.join(data, name), path.join(partial, name));
    await rename(partial, folder);
    await syncFolder(path.dirname(path.resolve(folder)));
    return manifest;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw asBackupError(error, folder);
  }
}

export interface RestoreCloudOptions {
  readonly address: DatabaseAddress;
  readonly data: string;
  readonly folder: string;
  readonly existing: 'refuse' | 'replace';
}

/** Puts a backup into a data folder and its database. The rows go in last: a restore that failed can be repeated. */
export async function restoreCloud({ address, data, folder, existing }: RestoreCloudOptions): Promise<BackupManifest> {
  await checkBackup(path.join(folder, 'database'));
  for (const name of FILES) await copyFolder(path.join(folder, name), path.join(data, name));
  return restoreDatabase({ address, folder: path.join(folder, 'database'), existing });
}

/** Files of the source replace those of the target; what is still being written is left out. */
async function copyFolder(from: string, to: string): Promise<void> {
  if (!(await exists(from))) return;
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) await copyFolder(source, target);
    else if (entry.isFile()) await copyFile(source, target);
  }
}

/** A file that vanishes meanwhile was evidence at the end of its days. */
async function copyFile(source: string, target: string): Promise<void> {
  try {
    await cp(source, target, { preserveTimestamps: true });
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return;
  }
  const file = await open(target, 'r');
  await file.sync().finally(() => file.close());
}

function asBackupError(error: unknown, folder: string): unknown {
  if (error instanceof AnGridError) return error;
  return new AnGridError('backup.unwritable', {
    op: 'backup.take',
    subject: folder,
    detail: String(error),
    cause: error,
  });
}

async function exists(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  );
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}
