import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AnGridError } from '@angrid/contract';
import { type Kysely, sql } from 'kysely';
import { lockNumber } from './locks.js';

export interface MigrationFile {
  /** `0001-scope.sql` */
  readonly name: string;
  readonly text: string;
  /** Of the bytes of the file, in hexadecimal. */
  readonly sha256: string;
}

/** A migration that the database holds. */
export type LandedMigration = Pick<MigrationFile, 'name' | 'sha256'>;

/** The migrations of this program; the same place seen from sources and from the build. */
export const migrationsFolder = fileURLToPath(new URL('../../../migrations/', import.meta.url));

export const MIGRATION_TABLE = 'schema_migration';

const FILE_NAME = /^\d{4}-[a-z0-9]+(-[a-z0-9]+)*\.sql$/;

/** The SQL files of a folder in order. Throws `database.migration-refused` for a bad name or a number used twice. */
export async function readMigrations(folder: string = migrationsFolder): Promise<readonly MigrationFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const files: MigrationFile[] = [];
  for (const name of names) {
    if (!FILE_NAME.test(name)) throw refused(name, 'its name is not NNNN-words-in-lower-case.sql');
    if (name.slice(0, 4) === files.at(-1)?.name.slice(0, 4))
      throw refused(name, `its number is that of ${files.at(-1)?.name}`);
    const bytes = await readFile(path.join(folder, name));
    files.push({ name, text: bytes.toString('utf8'), sha256: createHash('sha256').update(bytes).digest('hex') });
  }
  return files;
}

/**
 * The files that have not landed. Throws `database.migration-refused` where the landed ones are not exactly the first
 * files: one was edited, removed, or put in between; or the database is newer than the program.
 */
export function pendingMigrations(
  files: readonly MigrationFile[],
  landed: readonly LandedMigration[],
): readonly MigrationFile[] {
  for (const [index, { name, sha256 }] of landed.entries()) {
    const file = files[index];
    if (file === undefined) throw refused(name, 'the database holds it, the program does not: the program is older');
    if (file.name !== name) throw refused(file.name, `it stands before ${name}, which has landed`);
    if (file.sha256 !== sha256) throw refused(name, 'the file was changed after it had landed');
  }
  return files.slice(landed.length);
}

/**
 * Brings the schema up to date, each file in a transaction together with its record, in the scope of the system (its
 * owner may be bound by the policies too). The names of the files that landed now. `owner` must be inside
 * `withSchemaLock`. Throws `database.migration-refused` and `database.migration-failed`.
 */
export async function migrate<Schema>(
  owner: Kysely<Schema>,
  files: readonly MigrationFile[],
): Promise<readonly string[]> {
  await sql`create table if not exists ${sql.table(MIGRATION_TABLE)} (
    name text primary key, sha256 text not null, landed_at timestamptz not null default now())`.execute(owner);
  const pending = pendingMigrations(files, await landedMigrations(owner));
  for (const file of pending) await land(owner, file);
  return pending.map((file) => file.name);
}

export async function landedMigrations<Schema>(owner: Kysely<Schema>): Promise<readonly LandedMigration[]> {
  const { rows } = await sql<LandedMigration>`
    select name, sha256 from ${sql.table(MIGRATION_TABLE)} order by name`.execute(owner);
  return rows;
}

/** Runs `work` on one connection while no other process changes the schema of this database. */
export async function withSchemaLock<Schema, Result>(
  owner: Kysely<Schema>,
  work: (connection: Kysely<Schema>) => Promise<Result>,
): Promise<Result> {
  return owner.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(${lockNumber('schema')})`.execute(connection);
    try {
      return await work(connection);
    } finally {
      await sql`select pg_advisory_unlock(${lockNumber('schema')})`.execute(connection);
    }
  });
}

async function land<Schema>(owner: Kysely<Schema>, file: MigrationFile): Promise<void> {
  try {
    await owner.transaction().execute(async (trx) => {
      await sql`select set_config('angrid.compounds', 'all', true), set_config('angrid.units', 'all', true)`.execute(
        trx,
      );
      await sql.raw(file.text).execute(trx);
      await sql`insert into ${sql.table(MIGRATION_TABLE)} (name, sha256) values (${file.name}, ${file.sha256})`.execute(
        trx,
      );
    });
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new AnGridError('database.migration-failed', { op: 'database.migrate', subject: file.name, detail, cause });
  }
}

function refused(subject: string, detail: string): AnGridError {
  return new AnGridError('database.migration-refused', { op: 'database.migrate', subject, detail });
}
