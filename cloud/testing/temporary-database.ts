import { createHash, randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Secret, silentLog, SystemClock } from '@angrid/runtime';
import pg from 'pg';
import { clientConfig, type DatabaseAddress, embeddedAddress } from '../src/platform/database/connection.js';
import { connectDatabase, type Database } from '../src/platform/database/database.js';
import { type EmbeddedServer, startEmbeddedServer } from '../src/platform/database/embedded/embedded-server.js';
import type { PostgresBinaries } from '../src/platform/database/embedded/postgres-binaries.js';
import { type MigrationFile, readMigrations } from '../src/platform/database/migrator.js';

export interface TemporaryDatabase<Schema> extends Database<Schema> {
  /** What another process takes as DATABASE_URL to reach the same database. */
  readonly url: Secret;
  /** Closes all connections and drops the database; the last one on the machine stops the server. */
  close(): Promise<void>;
}

export interface TemporaryDatabaseOptions {
  /** Default: the migrations of the product. */
  readonly migrations?: readonly MigrationFile[];
}

/** Where a distribution keeps a PostgreSQL of a major version: `/usr/lib/postgresql/15`; the cloud's own without it. */
const PACKAGED = process.env['ANGRID_TEST_POSTGRES'];
const OWN_VERSION = '18';
export const testedVersion = PACKAGED === undefined ? OWN_VERSION : path.basename(PACKAGED);
/** An older initdb walks to its folder by name, so that the folder cannot lie below a closed one, as a checkout may. */
const FOLDER =
  PACKAGED === undefined
    ? fileURLToPath(new URL('../../.cache/test-database', import.meta.url))
    : path.join(tmpdir(), `angrid-test-database-${process.getuid?.()}-${testedVersion}`);
const TESTS_ONLY = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' };
const LEASE = 'angrid-test-lease';
const LOCK = 7_352_911;
const ATTEMPTS = 10;
const TEMPLATES_KEPT = 8;

const clock = new SystemClock();
let shared: Promise<Shared> | undefined;
let users = 0;
let queue: Promise<unknown> = Promise.resolve();

/** A server that all test processes of this checkout share, and this process' lease on it. */
interface Shared {
  readonly server: EmbeddedServer;
  readonly lease: pg.Client;
}

/**
 * A fresh database with all migrations, within some 50 ms: a copy of a migrated template on a server that outlives the
 * test file while another one uses it. Durability is off. The server is the cloud's own PostgreSQL, or the distribution's
 * that ANGRID_TEST_POSTGRES names.
 */
export async function startTemporaryDatabase<Schema>(
  options: TemporaryDatabaseOptions = {},
): Promise<TemporaryDatabase<Schema>> {
  const migrations = options.migrations ?? (await readMigrations());
  users += 1;
  try {
    shared ??= leaseServer();
    const { server, lease } = await shared;
    const template = await exclusively(lease, () => migratedTemplate(server, lease, migrations));
    const name = `test_${randomBytes(8).toString('hex')}`;
    await lease.query(`create database ${name} template ${template}`);
    const address = addressOf(server, name);
    const database = await connectDatabase<Schema>(address, { clock, log: silentLog, migrations, poolSize: 8 });
    const close = async (): Promise<void> => {
      await database.close();
      await lease.query(`drop database if exists ${name} with (force)`);
      await release();
    };
    return { ...database, url: urlOf(address), close };
  } catch (error) {
    await release();
    throw error;
  }
}

/** The server may stop while this process reaches for it, because its last user leaves: then it is started again. */
async function leaseServer(): Promise<Shared> {
  for (let attempt = 1; ; attempt += 1) {
    const server = await startEmbeddedServer({
      ...{ folder: FOLDER, clock, log: silentLog, settings: TESTS_ONLY },
      ...(PACKAGED === undefined ? {} : { binaries: packaged(PACKAGED) }),
    });
    const lease = new pg.Client({ ...clientConfig(addressOf(server, 'postgres'), 'owner'), application_name: LEASE });
    lease.on('error', () => undefined);
    try {
      await lease.connect();
      await exclusively(lease, () => dropAbandoned(lease));
      return { server, lease };
    } catch (error) {
      await lease.end().catch(() => undefined);
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

function packaged(folder: string): PostgresBinaries {
  return { folder, version: testedVersion, locale: ['--locale=C.UTF-8', '--locale-provider=libc'] };
}

async function release(): Promise<void> {
  users -= 1;
  if (users > 0 || shared === undefined) return;
  const left = await shared.catch(() => undefined);
  shared = undefined;
  if (left === undefined) return;
  const { server, lease } = left;
  await lease.query('select pg_advisory_lock($1)', [LOCK]);
  const others = await lease.query(
    'select 1 from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()',
    [LEASE],
  );
  if (others.rowCount === 0) await server.stop({ force: true });
  await lease.end();
}

/** One at a time, among the callers in this process (who share a connection) and among processes. */
async function exclusively<Result>(lease: pg.Client, work: () => Promise<Result>): Promise<Result> {
  const turn = queue.then(async () => {
    await lease.query('select pg_advisory_lock($1)', [LOCK]);
    return work().finally(() => lease.query('select pg_advisory_unlock($1)', [LOCK]));
  });
  queue = turn.catch(() => undefined);
  return turn;
}

/** A template is one once its migrations are through; what a killed process left half made is made again. */
async function migratedTemplate(
  server: EmbeddedServer,
  lease: pg.Client,
  migrations: readonly MigrationFile[],
): Promise<string> {
  const hash = createHash('sha256').update(migrations.map(({ name, sha256 }) => `${name} ${sha256}`).join('\n'));
  const name = `template_${hash.digest('hex').slice(0, 16)}`;
  const ready = await lease.query('select 1 from pg_database where datname = $1 and datistemplate', [name]);
  if (ready.rowCount === 1) return name;
  await lease.query(`drop database if exists ${name} with (force)`);
  await lease.query(`create database ${name}`);
  const database = await connectDatabase(addressOf(server, name), { clock, log: silentLog, migrations });
  await database.close();
  await lease.query(`alter database ${name} with is_template true`);
  return name;
}

/** Without another lease on the server, test databases are left-overs of killed processes; so are many templates. */
async function dropAbandoned(lease: pg.Client): Promise<void> {
  const { rows } = await lease.query<{ datname: string; template: boolean }>(
    `select datname, datistemplate as template
     from (select *, count(*) filter (where datistemplate) over () as templates
           from pg_database where datname ~ '^(test|template)_[0-9a-f]{16}$') d
     where (datname like 'test%' or templates > $2) and not exists (
       select 1 from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid())`,
    [LEASE, TEMPLATES_KEPT],
  );
  for (const { datname, template } of rows) {
    if (template) await lease.query(`alter database ${datname} with is_template false`);
    await lease.query(`drop database if exists ${datname} with (force)`);
  }
}

function addressOf(server: EmbeddedServer, database: string): DatabaseAddress {
  const address = embeddedAddress(server);
  return { ...address, place: { ...address.place, database } };
}

function urlOf({ place, owner }: DatabaseAddress): Secret {
  const host = encodeURIComponent(place.host ?? '');
  return new Secret(`postgres://${owner.user}:${owner.password?.reveal()}@/${place.database}?host=${host}`);
}
