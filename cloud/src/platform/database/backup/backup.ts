import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { AnGridError } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { type DatabaseAddress, newClient } from '../connection.js';
import { errorCode } from '../error-code.js';
import { type CopyTable, readMigrationsOf, readSequences, tablesInOrder } from './catalog.js';
import { type Manifest, type TableEntry, writeManifest } from './manifest.js';

export interface BackupOptions {
  readonly address: DatabaseAddress;
  /** Must not exist; appears whole or not at all. */
  readonly folder: string;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/**
 * Copies every table, as of one moment, into a folder of compressed files with a manifest; the service goes on
 * meanwhile. The sequences are read after that moment and may be ahead of the rows. Throws `backup.target-not-empty`,
 * `backup.unwritable`, and `database.unavailable`.
 */
export async function backupDatabase(options: BackupOptions): Promise<Manifest> {
  const { folder } = options;
  if (await exists(folder)) throw new AnGridError('backup.target-not-empty', { op: 'backup.take', subject: folder });
  const partial = `${folder}.partial`;
  const client = newClient(options.address, 'owner');
  try {
    await client.connect();
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true, mode: 0o700 });
    const manifest = await takeSnapshot(client, { ...options, folder: partial });
    await writeManifest(partial, manifest);
    await rename(partial, folder);
    await syncFolder(path.dirname(folder));
    return manifest;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw asBackupError(error, folder);
  } finally {
    await client.end();
  }
}

async function takeSnapshot(client: pg.Client, options: BackupOptions): Promise<Manifest> {
  await client.query('begin isolation level repeatable read read only');
  await client.query(`
    select set_config('angrid.compounds', 'all', true), set_config('angrid.units', 'all', true),
      set_config('angrid.restricted', 'all', true)`);
  const server = await client.query<{ server_version: string }>('show server_version');
  const tables: TableEntry[] = [];
  for (const table of await tablesInOrder(client)) {
    tables.push(await copyOut(client, table, { ...options, number: tables.length + 1 }));
  }
  const manifest: Manifest = {
    format: 'angrid-database-backup/1',
    takenAt: new Date(options.clock.wall()).toISOString(),
    server: server.rows[0]?.server_version ?? '',
    migrations: await readMigrationsOf(client),
    tables,
    sequences: [...(await readSequences(client))],
  };
  await client.query('commit');
  return manifest;
}

interface Target {
  readonly folder: string;
  readonly number: number;
  readonly signal?: AbortSignal;
}

async function copyOut(client: pg.Client, table: CopyTable, { folder, number, signal }: Target): Promise<TableEntry> {
  const columns = table.columns.join(', ');
  const file = `${String(number).padStart(4, '0')}.copy.gz`;
  const source = client.query(copyTo(`copy (select ${columns} from ${table.name}) to stdout`));
  const hash = createHash('sha256');
  let bytes = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const target = createWriteStream(path.join(folder, file), { flags: 'wx', mode: 0o600, flush: true });
  await pipeline([source, createGzip({ level: 4 }), meter, target], signal === undefined ? {} : { signal });
  return {
    name: table.name,
    columns: [...table.columns],
    rows: source.rowCount,
    file,
    bytes,
    sha256: hash.digest('hex'),
  };
}

function asBackupError(error: unknown, folder: string): unknown {
  const code = errorCode(error) ?? '';
  if (error instanceof AnGridError || code === 'ABORT_ERR') return error;
  const isFile = ['EACCES', 'ENOSPC', 'EROFS', 'EDQUOT', 'ENOTDIR', 'EPERM'].includes(code);
  const details = { op: 'backup.take', subject: folder, detail: String(error), cause: error };
  return new AnGridError(isFile ? 'backup.unwritable' : 'database.unavailable', details);
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
