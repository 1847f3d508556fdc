import { AnGridError } from '@angrid/contract';
import type { Clock, Log, Secret } from '@angrid/runtime';
import { type Kysely, sql } from 'kysely';
import pg from 'pg';
import { type DatabaseAddress, embeddedAddress, newClient, openPool, urlAddress } from './connection.js';
import { startEmbeddedServer } from './embedded/embedded-server.js';
import type { ServerUser } from './embedded/server-user.js';
import { errorCode } from './error-code.js';
import { migrate, type MigrationFile, readMigrations, withSchemaLock } from './migrator.js';
import { ensureServiceRole } from './service-role.js';

export type DatabaseSource =
  /** PostgreSQL from the packages of this program, in `folder`. */
  | { readonly kind: 'embedded'; readonly folder: string; readonly user?: ServerUser }
  /** PostgreSQL 15 or later; `url` names the owner. `servicePassword` is derived from the owner's where not given. */
  | { readonly kind: 'server'; readonly url: Secret; readonly servicePassword?: Secret };

export interface DatabaseOptions {
  readonly source: DatabaseSource;
  readonly clock: Clock;
  readonly log: Log;
  /** Default: the migrations of this program. */
  readonly migrations?: readonly MigrationFile[];
  /** Connections of the service; default 20. */
  readonly poolSize?: number;
}

export interface Database<Schema> {
  /** The role `angrid_service`; protected rows only through `withScope`. */
  readonly service: Kysely<Schema>;
  readonly address: DatabaseAddress;
  /** Opens the owner's connections for `work` (migrations, partitions, backup) and closes them after it. */
  asOwner<Result>(work: (owner: Kysely<Schema>) => Promise<Result>): Promise<Result>;
  /** Closes all connections, then stops the embedded server where this process keeps it. */
  close(): Promise<void>;
}

const LEAST_VERSION = 150_000;
const POOL_SIZE = 20;
const ALREADY_THERE = ['42P04', '23505'];

/**
 * Starts or reaches the server, creates database and service role where they are missing, and brings the schema up to
 * date. Several processes may do so together. Throws `database.unavailable`, `.unsupported`, `.role-unsafe`,
 * `.migration-refused`, `.migration-failed`, and `config.invalid-value` for a bad URL.
 */
export async function openDatabase<Schema>(options: DatabaseOptions): Promise<Database<Schema>> {
  const { source, clock, log } = options;
  if (source.kind === 'server') {
    return connectDatabase(urlAddress(source.url, source.servicePassword), options);
  }
  const server = await startEmbeddedServer({ ...source, clock, log });
  try {
    const address = embeddedAddress(server);
    await createDatabase(address);
    const database = await connectDatabase<Schema>(address, options);
    return { ...database, close: () => database.close().finally(() => server.stop()) };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** The same on a server that runs and holds the database. */
export async function connectDatabase<Schema>(
  address: DatabaseAddress,
  options: Omit<DatabaseOptions, 'source'>,
): Promise<Database<Schema>> {
  const { log } = options;
  const migrations = options.migrations ?? (await readMigrations());
  const asOwner = async <Result>(work: (owner: Kysely<Schema>) => Promise<Result>): Promise<Result> => {
    const owner = openPool<Schema>(address, { role: 'owner', size: 2, log });
    return work(owner).finally(() => owner.destroy());
  };
  await asOwner((owner) => prepare(owner, { address, migrations, log }));
  const service = openPool<Schema>(address, { role: 'service', size: options.poolSize ?? POOL_SIZE, log });
  return { service, address, asOwner, close: () => service.destroy() };
}

interface Preparation {
  readonly address: DatabaseAddress;
  readonly migrations: readonly MigrationFile[];
  readonly log: Log;
}

async function prepare<Schema>(owner: Kysely<Schema>, preparation: Preparation): Promise<void> {
  const { address, migrations, log } = preparation;
  await requireVersion(owner);
  await withSchemaLock(owner, async (connection) => {
    const { password } = address.service;
    await ensureServiceRole(connection, { password, canConnect: () => canConnect(address) });
    const landed = await migrate(connection, migrations);
    if (landed.length > 0) log.info({ migrations: landed }, 'the database schema was brought up to date');
  });
}

async function requireVersion<Schema>(owner: Kysely<Schema>): Promise<void> {
  const { rows } = await sql<{ version: string }>`select current_setting('server_version_num') as version`
    .execute(owner)
    .catch((cause: unknown) => {
      throw new AnGridError('database.unavailable', { op: 'database.connect', detail: String(cause), cause });
    });
  const version = Number(rows[0]?.version);
  if (version >= LEAST_VERSION) return;
  throw new AnGridError('database.unsupported', {
    op: 'database.connect',
    detail: `the server has version ${version}`,
  });
}

async function createDatabase(address: DatabaseAddress): Promise<void> {
  const client = newClient({ ...address, place: { ...address.place, database: 'postgres' } }, 'owner');
  await client.connect();
  try {
    const name = pg.escapeIdentifier(address.place.database ?? '');
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [address.place.database]);
    if (rowCount === 0) await client.query(`create database ${name}`);
  } catch (error) {
    if (!ALREADY_THERE.includes(errorCode(error) ?? '')) throw error;
  } finally {
    await client.end();
  }
}

const REFUSED_LOGIN = ['28P01', '28000'];

async function canConnect(address: DatabaseAddress): Promise<boolean> {
  const client = newClient(address, 'service');
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (REFUSED_LOGIN.includes(errorCode(error) ?? '')) return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}
