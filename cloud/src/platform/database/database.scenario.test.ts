import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Secret, silentLog, SystemClock } from '@angrid/runtime';
import { sql } from 'kysely';
import { migrationFile, sampleMigrations, type SampleSchema } from '../../../testing/sample-migrations.js';
import { startTemporaryDatabase, type TemporaryDatabase, testedVersion } from '../../../testing/temporary-database.js';
import { backupDatabase } from './backup/backup.js';
import { restoreDatabase } from './backup/restore.js';
import type { DatabaseAddress } from './connection.js';
import { connectDatabase, type DatabaseOptions, openDatabase } from './database.js';
import { startEmbeddedServer } from './embedded/embedded-server.js';
import { landedMigrations } from './migrator.js';
import { type Scope, systemScope, unguardedTables, withScope } from './scope.js';

jest.setTimeout(60_000);

const EAST = '00000000-0000-4000-8000-00000000000e';
const WEST = '00000000-0000-4000-8000-00000000000f';
const INSUFFICIENT_PRIVILEGE = { code: '42501' };

let database: TemporaryDatabase<SampleSchema>;
beforeAll(async () => {
  database = await startTemporaryDatabase<SampleSchema>({ migrations: await sampleMigrations() });
  await withScope(database.service, systemScope('test'), async (trx) => {
    const events = [EAST, WEST].map((compound) => ({
      id: `of ${compound}`,
      compound,
      recorded_at: '2026-01-05',
      note: null,
    }));
    await trx.insertInto('event').values(events).execute();
    for (const unit_path of ['town/b1', 'town/b1/3', 'town/b10', null]) {
      await sql`insert into place (compound, unit_path) values ('east', ${unit_path})`.execute(trx);
    }
  });
});
afterAll(() => database.close());

function within(compounds: Scope['compounds'], units: Scope['units'] = 'all'): Scope {
  return { compounds, units, actor: 'account-7' };
}

async function eventsSeen(scope: Scope): Promise<string[]> {
  return withScope(database.service, scope, async (trx) => {
    const rows = await trx.selectFrom('event').select('compound').orderBy('compound').execute();
    return rows.map((row) => row.compound);
  });
}

describe('the scope of a transaction', () => {
  it('shows only rows of its compounds to a query without any filter', async () => {
    expect(await eventsSeen(within([EAST]))).toEqual([EAST]);
    expect(await eventsSeen(within([EAST, WEST]))).toEqual([EAST, WEST]);
    expect(await eventsSeen(within('all'))).toEqual([EAST, WEST]);
  });

  it('shows nothing of another compound, for no compound, and for none that is called “all”', async () => {
    expect(await eventsSeen(within(['00000000-0000-4000-8000-000000000000']))).toEqual([]);
    expect(await eventsSeen(within([]))).toEqual([]);
    const called = await withScope(database.service, within(['all']), (trx) =>
      trx.selectFrom('place').selectAll().execute(),
    );
    expect(called).toEqual([]);
  });

  it('is needed: outside of it no row is seen and none is taken, also on a connection that had one before', async () => {
    const events = await Promise.all(
      Array.from({ length: 20 }, () => database.service.selectFrom('event').selectAll().execute()),
    );
    expect(events.flat()).toEqual([]);
    const write = database.service
      .insertInto('event')
      .values({ id: 'x', compound: EAST, recorded_at: '2026-01-06', note: null });
    await expect(write.execute()).rejects.toMatchObject(INSUFFICIENT_PRIVILEGE);
  });

  it('refuses to write, move or delete what lies outside', async () => {
    const event = { id: 'new', compound: WEST, recorded_at: '2026-01-06', note: null };
    await expect(
      withScope(database.service, within([EAST]), (trx) => trx.insertInto('event').values(event).execute()),
    ).rejects.toMatchObject(INSUFFICIENT_PRIVILEGE);
    await expect(
      withScope(database.service, within([EAST]), (trx) => trx.updateTable('event').set({ compound: WEST }).execute()),
    ).rejects.toMatchObject(INSUFFICIENT_PRIVILEGE);
    await withScope(database.service, within(['00000000-0000-4000-8000-000000000000']), (trx) =>
      trx.deleteFrom('event').execute(),
    );
    expect(await eventsSeen(within('all'))).toEqual([EAST, WEST]);
  });

  it('shows the units below its paths, whole names only, and rows without a path to those who see every unit', async () => {
    const places = (units: Scope['units']): Promise<(string | null)[]> =>
      withScope(database.service, within(['east'], units), async (trx) => {
        const rows = await trx.selectFrom('place').select('unit_path').orderBy('id').execute();
        return rows.map((row) => row.unit_path);
      });

    expect(await places(['town/b1'])).toEqual(['town/b1', 'town/b1/3']);
    expect(await places(['town/b10', 'town/b1/3'])).toEqual(['town/b1/3', 'town/b10']);
    expect(await places(['town'])).toEqual(['town/b1', 'town/b1/3', 'town/b10']);
    expect(await places([])).toEqual([]);
    expect(await places([''])).toEqual([]);
    expect(await places('all')).toEqual(['town/b1', 'town/b1/3', 'town/b10', null]);
  });

  it('holds ids with quotes, commas and braces as they are', async () => {
    const odd = `a,"b'{}\\`;
    const rows = await withScope(database.service, within([odd, 'east']), async (trx) => {
      await sql`insert into entry (compound, text) values (${odd}, 'kept')`.execute(trx);
      return trx.selectFrom('entry').select('compound').execute();
    });
    expect(rows).toEqual([{ compound: odd }]);
  });

  it('holds for each use of a statement that the connection keeps', async () => {
    const seen = (compounds: Scope['compounds']): Promise<string[]> =>
      withScope(database.service, within(compounds), async (trx) => {
        const { rows } = await sql<{ compound: string }>`
          select compound from event where id like ${'of %'} order by compound`.execute(trx);
        return rows.map((row) => row.compound);
      });

    for (let use = 0; use < 8; use += 1) {
      expect(await seen([EAST])).toEqual([EAST]);
      expect(await seen([WEST])).toEqual([WEST]);
    }
  });

  it('is read once a query, not once a row', async () => {
    const plan = await withScope(database.service, within([EAST]), (trx) =>
      sql<{ 'QUERY PLAN': string }>`explain select * from event`.execute(trx),
    );
    expect(plan.rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Filter: .*(InitPlan|\$0)/);
  });

  it('names who acts', async () => {
    const { rows } = await withScope(database.service, within(['east']), (trx) =>
      sql`insert into entry (compound, text) values ('east', 'a') returning actor`.execute(trx),
    );
    expect(rows).toEqual([{ actor: 'account-7' }]);
  });

  it('lets the errors of the work through and keeps nothing of it', async () => {
    const failure = withScope(database.service, systemScope('test'), async (trx) => {
      await trx.deleteFrom('event').execute();
      throw new RangeError('of the work');
    });
    await expect(failure).rejects.toThrow(RangeError);
    expect(await eventsSeen(within('all'))).toHaveLength(2);
  });
});

describe('the server', () => {
  it('is of the version that the tests are told to run on', async () => {
    const { rows } = await sql<{ version: string }>`
      select (current_setting('server_version_num')::int / 10000)::text as version`.execute(database.service);
    expect(rows).toEqual([{ version: testedVersion }]);
  });
});

describe('the service role', () => {
  it('is neither superuser nor owner of anything, and no policy lets it pass', async () => {
    const { rows } = await sql`
      select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication as privileged,
             (select count(*) from pg_class where relowner = r.oid) as tables,
             (select count(*) from pg_shdepend where refobjid = r.oid and deptype = 'o') as owned,
             (select count(*) from pg_auth_members where member = r.oid) as memberships
      from pg_roles r where rolname = current_user`.execute(database.service);
    expect(rows).toEqual([{ privileged: false, tables: 0, owned: 0, memberships: 0 }]);
  });

  it.each([
    ['alter table event disable row level security'],
    ['create table mine (id int)'],
    ['select * from event_2026_01'],
    ['select * from forgotten'],
    ['select * from schema_migration'],
    ['truncate event'],
    ['update entry set text = null'],
    ['delete from entry'],
    ['set role angrid_owner'],
  ])('may not: %s', async (statement) => {
    const attempt = withScope(database.service, systemScope('test'), (trx) => sql.raw(statement).execute(trx));
    await expect(attempt).rejects.toMatchObject(INSUFFICIENT_PRIVILEGE);
  });
});

describe('the tables', () => {
  it('that neither hold their rows to a scope nor say why not are found', async () => {
    expect(await database.asOwner((owner) => unguardedTables(owner))).toEqual(['forgotten']);
  });
});

async function reopen(migrations: Awaited<ReturnType<typeof sampleMigrations>>): Promise<void> {
  const again = await connectDatabase(database.address, { clock: new SystemClock(), log: silentLog, migrations });
  await again.close();
}

const landed = (): Promise<string[]> =>
  database.asOwner(async (owner) => (await landedMigrations(owner)).map(({ name }) => name));

describe('migrations', () => {
  it('are refused where a landed file was changed', async () => {
    const [scope, sample] = await sampleMigrations();
    const edited = migrationFile('0002-sample.sql', `${sample?.text ?? ''} -- edited`);
    await expect(reopen([scope ?? edited, edited])).rejects.toMatchObject({
      code: 'database.migration-refused',
      subject: '0002-sample.sql',
    });
  });

  it('that fail leave nothing behind, and those before them stand', async () => {
    const good = migrationFile('0003-good.sql', 'create table good (id int);');
    const bad = migrationFile('0004-bad.sql', 'create table half (id int); select 1 / 0;');
    await expect(reopen([...(await sampleMigrations()), good, bad])).rejects.toMatchObject({
      code: 'database.migration-failed',
      subject: '0004-bad.sql',
      detail: 'division by zero',
    });

    expect(await landed()).toEqual(['0001-scope.sql', '0002-sample.sql', '0003-good.sql']);
    const half = await database.asOwner((owner) => sql`select to_regclass('half') as half`.execute(owner));
    expect(half.rows).toEqual([{ half: null }]);
  });

  it('land once where several processes start together', async () => {
    const good = migrationFile('0003-good.sql', 'create table good (id int);');
    const next = migrationFile('0004-next.sql', 'create table next (id int); select pg_sleep(0.05);');
    const all = [...(await sampleMigrations()), good, next];
    await Promise.all([reopen(all), reopen(all), reopen(all)]);
    expect(await landed()).toEqual(all.map(({ name }) => name));
  });

  it('may change rows of every compound', async () => {
    const earlier = await landed();
    const known = [...(await sampleMigrations())];
    const between = [
      migrationFile('0003-good.sql', 'create table good (id int);'),
      migrationFile('0004-next.sql', 'create table next (id int); select pg_sleep(0.05);'),
    ];
    await reopen([...known, ...between, migrationFile('0005-data.sql', `update event set note = 'moved';`)]);
    expect(await landed()).toEqual([...earlier, '0005-data.sql']);
    const notes = await withScope(database.service, systemScope('test'), (trx) =>
      trx.selectFrom('event').select('note').execute(),
    );
    expect(notes).toEqual([{ note: 'moved' }, { note: 'moved' }]);
  });
});

describe('an owner who is no superuser', () => {
  let plain: DatabaseAddress;
  beforeAll(async () => {
    const name = `plain_${randomBytes(4).toString('hex')}`;
    plain = {
      ...database.address,
      owner: { user: name, password: new Secret('geheim') },
      place: { ...database.address.place, database: name },
    };
    await database.asOwner(async (owner) => {
      await sql.raw(`create role ${name} login password 'geheim'`).execute(owner);
      await sql.raw(`create database ${name} owner ${name}`).execute(owner);
    });
  });
  afterAll(() =>
    database.asOwner(async (owner) => {
      await sql.raw(`drop database ${plain.place.database} with (force)`).execute(owner);
      await sql.raw(`drop role ${plain.owner.user}`).execute(owner);
    }),
  );
  const options = async (): Promise<Omit<DatabaseOptions, 'source'>> => ({
    clock: new SystemClock(),
    log: silentLog,
    migrations: await sampleMigrations(),
  });

  it('is told what an administrator must do where the password of the service is another', async () => {
    const other = { ...plain, service: { ...plain.service, password: new Secret('wrong') } };
    await expect(connectDatabase(other, await options())).rejects.toMatchObject({
      code: 'database.role-unsafe',
      detail: "as an administrator run: alter role angrid_service password '…'",
    });
  });

  it('migrates, backs up and restores all the same', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'angrid-backup-'));
    const opened = await connectDatabase<SampleSchema>(plain, await options());
    const events = (): Promise<unknown[]> =>
      withScope(opened.service, systemScope('test'), (trx) => trx.selectFrom('event').select('id').execute());
    try {
      const event = { id: 'e1', compound: EAST, recorded_at: '2026-01-05', note: null };
      await withScope(opened.service, within([EAST]), (trx) => trx.insertInto('event').values(event).execute());
      await backupDatabase({ address: plain, folder: path.join(folder, 'b'), clock: new SystemClock() });
      await withScope(opened.service, within([EAST]), (trx) => trx.deleteFrom('event').execute());
      expect(await events()).toEqual([]);
      await restoreDatabase({ address: plain, folder: path.join(folder, 'b'), existing: 'replace' });
      expect(await events()).toEqual([{ id: 'e1' }]);
    } finally {
      await opened.close();
      await rm(folder, { recursive: true });
    }
  });
});

describe('opening a database by its URL', () => {
  it('reaches the same rows as the same roles', async () => {
    const source = { kind: 'server', url: database.url } as const;
    const options = { clock: new SystemClock(), log: silentLog, migrations: [] };
    await expect(openDatabase({ source, ...options })).rejects.toMatchObject({ code: 'database.migration-refused' });

    const fresh = await startTemporaryDatabase<SampleSchema>({ migrations: await sampleMigrations() });
    const again = await openDatabase<SampleSchema>({
      ...options,
      source: { kind: 'server', url: fresh.url },
      migrations: await sampleMigrations(),
    });
    try {
      await fresh.service.insertInto('session').values({ id: 'by-url' }).execute();
      expect(await again.service.selectFrom('session').selectAll().execute()).toEqual([{ id: 'by-url' }]);
    } finally {
      await again.close();
      await fresh.close();
    }
  });
});

describe('opening the embedded database', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'angrid-database-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('gives the rows of the last time, and takes back privileges that somebody gave the service', async () => {
    const clock = new SystemClock();
    const migrations = await sampleMigrations();
    const source = { kind: 'embedded', folder } as const;
    const first = await openDatabase<SampleSchema>({ source, clock, log: silentLog, migrations });
    await first.service.insertInto('session').values({ id: 's1' }).execute();
    await first.asOwner((owner) => sql`alter role angrid_service bypassrls createdb`.execute(owner));
    await first.close();

    const second = await openDatabase<SampleSchema>({ source, clock, log: silentLog, migrations });
    try {
      expect(await second.service.selectFrom('session').selectAll().execute()).toEqual([{ id: 's1' }]);
      const role = await sql`select rolbypassrls, rolcreatedb from pg_roles where rolname = current_user`.execute(
        second.service,
      );
      expect(role.rows).toEqual([{ rolbypassrls: false, rolcreatedb: false }]);
    } finally {
      await second.close();
    }
  });

  it('says that the database is not available once the server is gone', async () => {
    const options = { clock: new SystemClock(), log: silentLog, migrations: [] };
    const server = await startEmbeddedServer({ folder, ...options });
    const database = await openDatabase({ source: { kind: 'embedded', folder }, ...options });
    try {
      await server.stop({ force: true });
      const work = withScope(database.service, systemScope('test'), (trx) => sql`select 1`.execute(trx));
      await expect(work).rejects.toMatchObject({ code: 'database.unavailable', retry: 'later' });
    } finally {
      await database.close();
    }
  });
});
