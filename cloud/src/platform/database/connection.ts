import { createHmac } from 'node:crypto';
import { AnGridError } from '@angrid/contract';
import { type Log, Secret } from '@angrid/runtime';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';
import type { EmbeddedServer } from './embedded/embedded-server.js';
import { PreparingPool } from './prepared.js';

/** owner: owns schema and rows, migrates, backs up. service: may do what was granted to it, within a scope. */
export type DatabaseRole = 'owner' | 'service';

export interface Credentials {
  readonly user: string;
  /** Undefined where the server asks for none (certificate, peer). */
  readonly password: Secret | undefined;
}

/** Where a database is and who may enter it. */
export interface DatabaseAddress {
  /** Host or socket folder, port, database, TLS; no user and no password. */
  readonly place: Readonly<pg.ClientConfig>;
  readonly owner: Credentials;
  readonly service: Credentials;
}

export const SERVICE_ROLE = 'angrid_service';

const DATABASE_NAME = 'angrid';
const APPLICATION_NAME = 'angrid-cloud';
const CONNECT_WITHIN_MS = 10_000;
/** A fresh connection knows no table and no plan: its first request takes 50 to 200 ms longer. */
const KEPT_MS = 600_000;
const BIGINT = 20;
const DATE = 1082;

/** The address of the embedded server's database `angrid`. */
export function embeddedAddress(server: Pick<EmbeddedServer, 'socketFolder' | 'owner'>): DatabaseAddress {
  return {
    place: { host: server.socketFolder, database: DATABASE_NAME },
    owner: server.owner,
    service: serviceCredentials(server.owner.password),
  };
}

/**
 * The address behind `DATABASE_URL`, which names the owner. Throws `config.invalid-value` where it cannot be read, or
 * where the owner has no password and none is given for the service.
 */
export function urlAddress(url: Secret, servicePassword?: Secret): DatabaseAddress {
  const { user, password, ...place } = parseUrl(url);
  if (!user || !place.database) throw badUrl('it must name a user and a database');
  const ownerPassword = typeof password === 'string' && password !== '' ? new Secret(password) : undefined;
  const owner: Credentials = { user, password: ownerPassword };
  if (servicePassword !== undefined)
    return { place, owner, service: { user: SERVICE_ROLE, password: servicePassword } };
  if (ownerPassword !== undefined) return { place, owner, service: serviceCredentials(ownerPassword) };
  throw badUrl(`it holds no password: give the role ${SERVICE_ROLE} one of its own`);
}

/** What `pg` needs to connect; the password is given only at the moment of connecting. */
export function clientConfig(address: DatabaseAddress, role: DatabaseRole): pg.ClientConfig {
  const { user, password } = address[role];
  return {
    ...address.place,
    user,
    ...(password === undefined ? {} : { password: () => password.reveal() }),
    application_name: APPLICATION_NAME,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    keepAlive: true,
    types: { getTypeParser },
  };
}

/** One connection, not yet opened. Where it breaks, the running query rejects; without one there is nobody to tell. */
export function newClient(address: DatabaseAddress, role: DatabaseRole): pg.Client {
  const client = new pg.Client(clientConfig(address, role));
  client.on('error', () => undefined);
  return client;
}

export interface PoolOptions {
  readonly role: DatabaseRole;
  readonly size: number;
  readonly log: Log;
}

/** A pool of connections. Connecting happens with the first query. */
export function openPool<Schema>(address: DatabaseAddress, { role, size, log }: PoolOptions): Kysely<Schema> {
  const limits = role === 'service' ? { statement_timeout: 30_000, idle_in_transaction_session_timeout: 60_000 } : {};
  const pool = new pg.Pool({
    ...clientConfig(address, role),
    ...limits,
    max: size,
    idleTimeoutMillis: KEPT_MS,
    pipeline: true,
  });
  pool.on('error', (error) => log.warn({ role, reason: error.message }, 'an idle database connection was lost'));
  // A connection that breaks within a transaction: its next query rejects. Without a listener the process would end.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool: new PreparingPool(pool) }) });
}

/** bigint arrives as a number (an error beyond 2^53), a date as its text; all else as `pg` reads it. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === BIGINT) return safeInteger;
  if (oid === DATE) return (text) => text;
  return pg.types.getTypeParser(oid, format as 'text') as (text: string) => unknown;
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new AnGridError('internal.unexpected', { op: 'database.read', detail: `bigint beyond 2^53: ${text}` });
}

function serviceCredentials(ownerPassword: Secret): Credentials {
  return { user: SERVICE_ROLE, password: derivedPassword(ownerPassword) };
}

/** All replicas of the service find the same password, and it does not lead back to the owner's. */
function derivedPassword(ownerPassword: Secret): Secret {
  return new Secret(createHmac('sha256', ownerPassword.reveal()).update(SERVICE_ROLE).digest('hex'));
}

function parseUrl(url: Secret): pg.ClientConfig {
  try {
    return parseIntoClientConfig(url.reveal());
  } catch {
    // The error of the parser would carry the URL with its password.
    throw badUrl('it is not a PostgreSQL URL');
  }
}

function badUrl(detail: string): AnGridError {
  return new AnGridError('config.invalid-value', { op: 'database.address', subject: 'DATABASE_URL', detail });
}
