import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { AnGridError } from '@angrid/contract';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type DatabaseAddress, newClient } from '../connection.js';
import { guardsOf, readMigrationsOf, tablesInOrder } from './catalog.js';
import { damaged, type Manifest, readManifest, type TableEntry } from './manifest.js';

export interface RestoreOptions {
  readonly address: DatabaseAddress;
  /** A folder that `backupDatabase` wrote. */
  readonly folder: string;
  /** refuse: every table must be empty; replace: rows that are there are removed, in the same transaction. */
  readonly existing: 'refuse' | 'replace';
}

/**
 * Puts the rows of a backup into a database that was migrated to the version of the backup: all of them or none. The
 * files are checked before the database is touched. Throws `backup.damaged`, `backup.other-schema` and
 * `backup.target-not-empty`.
 */
export async function restoreDatabase({ address, folder, existing }: RestoreOptions): Promise<Manifest> {
  const manifest = await readManifest(folder);
  for (const table of manifest.tables) await verify(folder, table);
  const client = newClient(address, 'owner');
  try {
    await client.connect();
    await client.query('begin');
    await requireSameSchema(client, manifest, folder);
    await load(client, { manifest, folder, existing });
    await client.query('commit');
    await client.query('analyze');
    return manifest;
  } finally {
    await client.end();
  }
}

/** Reads a backup through; its manifest where it is whole. Throws `backup.damaged`. */
export async function checkBackup(folder: string): Promise<Manifest> {
  const manifest = await readManifest(folder);
  for (const table of manifest.tables) await verify(folder, table);
  return manifest;
}

interface Loading {
  readonly manifest: Manifest;
  readonly folder: string;
  readonly existing: 'refuse' | 'replace';
}

async function load(client: pg.Client, { manifest, folder, existing }: Loading): Promise<void> {
  const guards = await guardsOf(client);
  for (const statement of guards.lift) await client.query(statement);
  await client.query('set constraints all deferred');
  const names = manifest.tables.map((table) => table.name);
  if (existing === 'replace' && names.length > 0) await client.query(`truncate ${names.join(', ')}`);
  if (existing === 'refuse') await requireEmpty(client, names);
  for (const table of manifest.tables) await copyIn(client, folder, table);
  for (const { name, value, called } of manifest.sequences) {
    await client.query('select setval($1::regclass, $2::bigint, $3)', [name, value, called]);
  }
  await client.query('set constraints all immediate');
  for (const statement of guards.restore) await client.query(statement);
}

async function copyIn(client: pg.Client, folder: string, table: TableEntry): Promise<void> {
  const target = client.query(copyFrom(`copy ${table.name} (${table.columns.join(', ')}) from stdin`));
  await pipeline(createReadStream(path.join(folder, table.file)), createGunzip(), target);
  if (target.rowCount === table.rows) return;
  throw damaged(table.file, `${table.rows} rows were expected for ${table.name}, ${target.rowCount} came`);
}

/**
 * Names of the manifest become SQL only after this has found the very same ones in the database. Order may differ with
 * the server's version: that of the backup is used, which its own foreign keys gave.
 */
async function requireSameSchema(client: pg.Client, manifest: Manifest, folder: string): Promise<void> {
  const landed = await readMigrationsOf(client);
  const described = (tables: readonly { name: string; columns: readonly string[] }[]): string =>
    JSON.stringify(tables.map(({ name, columns }) => `${name} (${[...columns].sort().join()})`).sort());
  const sameMigrations = JSON.stringify(landed) === JSON.stringify(manifest.migrations);
  if (sameMigrations && described(await tablesInOrder(client)) === described(manifest.tables)) return;
  throw new AnGridError('backup.other-schema', {
    op: 'backup.restore',
    subject: folder,
    detail: `backup: ${manifest.migrations.at(-1)?.name ?? 'none'}, database: ${landed.at(-1)?.name ?? 'none'}`,
  });
}

async function requireEmpty(client: pg.Client, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const { rowCount } = await client.query(`select 1 from ${name} limit 1`);
    if (rowCount !== 0) throw new AnGridError('backup.target-not-empty', { op: 'backup.restore', subject: name });
  }
}

async function verify(folder: string, { file, sha256 }: TableEntry): Promise<void> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path.join(folder, file)), hash);
  } catch (cause) {
    throw damaged(file, 'it cannot be read', cause);
  }
  if (hash.digest('hex') !== sha256) throw damaged(file, 'its content does not fit its SHA-256');
}
