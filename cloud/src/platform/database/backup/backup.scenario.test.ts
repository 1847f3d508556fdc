import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SystemClock } from '@angrid/runtime';
import { sql } from 'kysely';
import { migrationFile, sampleMigrations, type SampleSchema } from '../../../../testing/sample-migrations.js';
import { startTemporaryDatabase, type TemporaryDatabase } from '../../../../testing/temporary-database.js';
import { systemScope, withScope } from '../scope.js';
import { backupDatabase } from './backup.js';
import { restoreDatabase } from './restore.js';

jest.setTimeout(60_000);

const clock = new SystemClock();
const EAST = '00000000-0000-4000-8000-00000000000e';

let base: string;
let folder: string;
let source: TemporaryDatabase<SampleSchema>;
let target: TemporaryDatabase<SampleSchema>;

beforeEach(async () => {
  base = await mkdtemp(path.join(tmpdir(), 'angrid-backup-'));
  folder = path.join(base, 'backup');
  source = await startTemporaryDatabase<SampleSchema>({ migrations: await sampleMigrations() });
  target = await startTemporaryDatabase<SampleSchema>({ migrations: await sampleMigrations() });
  await fill(source);
});
afterEach(async () => {
  await source.close();
  await target.close();
  await rm(base, { recursive: true });
});

/** Partitions, a key into the same table and into another, a generated column, a trigger, bytes, and awkward text. */
async function fill(database: TemporaryDatabase<SampleSchema>): Promise<void> {
  await withScope(database.service, systemScope('test'), async (trx) => {
    await sql`insert into event (id, compound, recorded_at, note)
      select 'e' || n, ${EAST}, timestamptz '2026-01-31T12:00Z' + n * interval '1 minute', 'zeile ' || n
      from generate_series(1, 2000) n`.execute(trx);
    await sql`insert into place (compound, unit_path, parent) values ('east', 'a', 2), ('east', 'a/b', null), ('west', null, 1)`.execute(
      trx,
    );
    await sql`insert into a_note values (1, 'east', '\\x00ff0a5c'), (3, 'west', null)`.execute(trx);
    await sql`insert into entry (compound, text) values ('east', E'安\t格\n"\\\\N\\\\.'), ('east', '')`.execute(trx);
    await trx.insertInto('session').values({ id: 's1' }).execute();
  });
}

const TABLES = ['event', 'event_2026_02', 'place', 'a_note', 'entry', 'session', 'forgotten'];

async function content(database: TemporaryDatabase<SampleSchema>): Promise<unknown> {
  return database.asOwner(async (owner) => {
    const tables: Record<string, unknown> = {};
    for (const table of TABLES) {
      const { rows } = await sql`select t::text as line from ${sql.table(table)} t order by 1`.execute(owner);
      tables[table] = rows;
    }
    return tables;
  });
}

describe('a backup', () => {
  it('restores every row as it was, and the database goes on from there', async () => {
    const manifest = await backupDatabase({ address: source.address, folder, clock });
    await restoreDatabase({ address: target.address, folder, existing: 'refuse' });

    expect(await content(target)).toEqual(await content(source));
    expect(manifest.tables.map(({ name, rows }) => [name, rows])).toEqual(
      expect.arrayContaining([
        ['public.event', 2000],
        ['public.place', 3],
        ['public.entry', 2],
      ]) as unknown,
    );
    const next = await withScope(target.service, systemScope('test'), (trx) =>
      sql<{
        id: number;
        text: string;
      }>`insert into entry (compound, text) values ('east', 'new') returning id, text`.execute(trx),
    );
    expect(next.rows).toEqual([{ id: 3, text: 'new!' }]);
  });

  it('leaves the policies in force after a restore', async () => {
    await backupDatabase({ address: source.address, folder, clock });
    await restoreDatabase({ address: target.address, folder, existing: 'refuse' });

    const guards = await target.asOwner((owner) =>
      sql`select relname from pg_class where relrowsecurity and relforcerowsecurity order by 1`.execute(owner),
    );
    expect(guards.rows).toEqual([
      { relname: 'a_note' },
      { relname: 'entry' },
      { relname: 'event' },
      { relname: 'place' },
    ]);
    expect(await target.service.selectFrom('place').selectAll().execute()).toEqual([]);
  });

  it('holds one moment: what is written while it is taken is not in it', async () => {
    const writing = new AbortController();
    const writer = (async () => {
      while (!writing.signal.aborted) {
        await withScope(source.service, systemScope('test'), async (trx) => {
          const { rows } = await sql<{ id: number }>`insert into place (compound) values ('east') returning id`.execute(
            trx,
          );
          await sql`insert into a_note values (${rows[0]?.id}, 'east')`.execute(trx);
        });
      }
    })();
    const manifest = await backupDatabase({ address: source.address, folder, clock });
    writing.abort();
    await writer;

    const rows = new Map(manifest.tables.map((table) => [table.name, table.rows]));
    expect((rows.get('public.place') ?? 0) - 3).toBe((rows.get('public.a_note') ?? 0) - 2);
    await restoreDatabase({ address: target.address, folder, existing: 'refuse' });
  });

  it('is refused, before the database is touched, where a byte of it changed', async () => {
    const manifest = await backupDatabase({ address: source.address, folder, clock });
    const file = manifest.tables.find(({ name }) => name === 'public.entry')?.file ?? '';
    const bytes = await readFile(path.join(folder, file));
    bytes.writeUInt8((bytes[12] ?? 0) ^ 1, 12);
    await writeFile(path.join(folder, file), bytes);

    const restore = restoreDatabase({ address: target.address, folder, existing: 'refuse' });
    await expect(restore).rejects.toMatchObject({ code: 'backup.damaged', subject: file });
    expect(await content(target)).toMatchObject({ event: [], place: [] });
  });

  it('is refused where the manifest is missing or names other tables', async () => {
    const manifest = await backupDatabase({ address: source.address, folder, clock });
    const file = path.join(folder, 'manifest.json');
    const forged = { ...manifest, tables: manifest.tables.map((table) => ({ ...table, name: 'pg_authid' })) };
    await writeFile(file, JSON.stringify(forged));
    const restore = (): Promise<unknown> => restoreDatabase({ address: target.address, folder, existing: 'replace' });

    await expect(restore()).rejects.toMatchObject({ code: 'backup.other-schema' });
    await appendFile(file, '}');
    await expect(restore()).rejects.toMatchObject({ code: 'backup.damaged' });
  });

  it('goes only into a database of its version', async () => {
    await backupDatabase({ address: source.address, folder, clock });
    const newer = [...(await sampleMigrations()), migrationFile('0003-more.sql', 'create table more (id int);')];
    const other = await startTemporaryDatabase({ migrations: newer });
    try {
      await expect(restoreDatabase({ address: other.address, folder, existing: 'refuse' })).rejects.toMatchObject({
        code: 'backup.other-schema',
        detail: 'backup: 0002-sample.sql, database: 0003-more.sql',
      });
    } finally {
      await other.close();
    }
  });

  it('goes into an empty database, or replaces what is there where that is asked for', async () => {
    await backupDatabase({ address: source.address, folder, clock });
    await target.service.insertInto('session').values({ id: 'other' }).execute();

    await expect(restoreDatabase({ address: target.address, folder, existing: 'refuse' })).rejects.toMatchObject({
      code: 'backup.target-not-empty',
      subject: 'public.session',
    });
    await restoreDatabase({ address: target.address, folder, existing: 'replace' });
    expect(await content(target)).toEqual(await content(source));
  });

  it('does not overwrite an older one, and a failed one leaves no folder', async () => {
    await backupDatabase({ address: source.address, folder, clock });
    await expect(backupDatabase({ address: source.address, folder, clock })).rejects.toMatchObject({
      code: 'backup.target-not-empty',
    });
    const cut = { address: source.address, folder: path.join(base, 'cut'), clock, signal: AbortSignal.abort() };
    await expect(backupDatabase(cut)).rejects.toThrow();
    expect(await readdir(base)).toEqual(['backup']);
  });
});
