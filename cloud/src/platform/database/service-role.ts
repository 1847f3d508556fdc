import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { AnGridError } from '@angrid/contract';
import type { Secret } from '@angrid/runtime';
import { type Kysely, sql } from 'kysely';
import { SERVICE_ROLE } from './connection.js';
import { errorCode } from './error-code.js';

export interface ServiceRoleCheck {
  readonly password: Secret | undefined;
  /** Tries a connection as the service; false where the server refuses it. */
  readonly canConnect: () => Promise<boolean>;
}

const SAFE = 'login nosuperuser nobypassrls nocreatedb nocreaterole noreplication';
const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Makes sure that the role of the service exists, can log in, and is bound by the policies: neither superuser nor
 * owner. Throws `database.role-unsafe` with the statement to run where the owner may not do this itself.
 */
export async function ensureServiceRole<Schema>(owner: Kysely<Schema>, check: ServiceRoleCheck): Promise<void> {
  const found = await attributes(owner);
  if (found === undefined) await change(owner, `create role ${SERVICE_ROLE} ${SAFE}`);
  else if (!found.safe) await change(owner, `alter role ${SERVICE_ROLE} ${SAFE}`);
  if (found?.owner) throw unsafe(`it is a member of the owner's role: revoke that from ${SERVICE_ROLE}`);

  const { rows } = await sql<{ name: string }>`select quote_ident(current_database()) as name`.execute(owner);
  await change(owner, `grant connect on database ${rows[0]?.name} to ${SERVICE_ROLE}`);
  await change(owner, `grant usage on schema public to ${SERVICE_ROLE}`);
  if (check.password === undefined || (await check.canConnect())) return;
  await change(owner, `alter role ${SERVICE_ROLE} password '${scramVerifier(check.password)}'`);
  if (!(await check.canConnect())) throw unsafe(`the server refuses ${SERVICE_ROLE}: see its pg_hba.conf`);
}

interface Attributes {
  /** Neither privileged nor barred from logging in. */
  readonly safe: boolean;
  /** Acts as the owner. */
  readonly owner: boolean;
}

async function attributes<Schema>(owner: Kysely<Schema>): Promise<Attributes | undefined> {
  const { rows } = await sql<Attributes>`
    select rolcanlogin and not (rolsuper or rolbypassrls or rolcreatedb or rolcreaterole or rolreplication) as safe,
           not rolsuper and pg_has_role(oid, current_user, 'member') as owner
    from pg_roles where rolname = ${SERVICE_ROLE}`.execute(owner);
  return rows[0];
}

async function change<Schema>(owner: Kysely<Schema>, statement: string): Promise<void> {
  try {
    await sql.raw(statement).execute(owner);
  } catch (error) {
    if (errorCode(error) !== INSUFFICIENT_PRIVILEGE) throw error;
    throw unsafe(`as an administrator run: ${statement.replace(/password '.*'/, "password '…'")}`, error);
  }
}

function unsafe(detail: string, cause?: unknown): AnGridError {
  return new AnGridError('database.role-unsafe', { op: 'database.role', subject: SERVICE_ROLE, detail, cause });
}

/** What PostgreSQL stores for a password (RFC 5803), so that the password itself reaches neither server nor log. */
export function scramVerifier(password: Secret, salt: Buffer = randomBytes(16), rounds = 4096): string {
  const salted = pbkdf2Sync(password.reveal(), salt, rounds, 32, 'sha256');
  const key = (name: string): Buffer => createHmac('sha256', salted).update(name).digest();
  const storedKey = createHash('sha256').update(key('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${rounds}:${salt.toString('base64')}$${storedKey}:${key('Server Key').toString('base64')}`;
}
