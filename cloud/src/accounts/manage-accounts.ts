import { AnGridError, idSchema } from '@angrid/contract';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { systemScope, withScope } from '../platform/database/index.js';
import { accountRoles } from '../schema-people.js';
import { type Account, accountColumns } from './account.js';
import { labelSchema, loginSchema } from './links.js';
import { closeSessionsOf } from './sessions.js';

/**
 * Decides whom a leg is addressed to, besides the role. Which duties there are is the playbooks' matter, but for these:
 * confirmer looks at an unconfirmed signal of severity 1 first; registrar finds a unit for what has none.
 */
const dutySchema = z.string().regex(/^[a-z][a-z0-9-]{0,47}$/);

const factsSchema = z.object({
  login: loginSchema,
  label: labelSchema,
  role: z.enum(accountRoles),
  compounds: z.array(idSchema).max(500).default([]),
  unitPaths: z.array(z.string().min(1).max(400)).max(500).default([]),
  duties: z.array(dutySchema).max(32).default([]),
  /** The language of what the account is told. */
  locale: z.enum(['zh-CN', 'en']).default('zh-CN'),
});
export const newAccountSchema = factsSchema;
export const accountChangesSchema = factsSchema
  .extend({ compounds: factsSchema.shape.compounds.unwrap(), unitPaths: factsSchema.shape.unitPaths.unwrap() })
  .extend({ duties: factsSchema.shape.duties.unwrap(), locale: factsSchema.shape.locale.unwrap() })
  .partial();
type Facts = z.infer<typeof factsSchema>;
type NewFacts = Omit<Facts, 'locale'> & Partial<Pick<Facts, 'locale'>>;
type Changes = z.infer<typeof accountChangesSchema>;

const SCOPE = systemScope('accounts');

export async function listAccounts(db: CloudDatabase): Promise<readonly Account[]> {
  const { rows } = await sql<Account>`
    select ${accountColumns} from accounts a order by (a.disabled_at is not null), a.role, a.login`.execute(db.service);
  return rows;
}

/** Throws subject.not-found. */
export async function readAccount(db: CloudDatabase, id: string): Promise<Account> {
  const { rows } = await sql<Account>`
    select ${accountColumns} from accounts a where a.account_id = ${id}`.execute(db.service);
  const [account] = rows;
  if (account) return account;
  throw new AnGridError('subject.not-found', { op: 'accounts.read', subject: id });
}

/** The id of an account that has no password yet. Throws subject.conflict and input.invalid. */
export async function createAccount(db: CloudDatabase, facts: NewFacts, now: Date): Promise<string> {
  const id = uuid();
  await withScope(db.service, SCOPE, async (trx) => {
    const columns = await columnsOf(trx, facts);
    const written = await trx
      .insertInto('accounts')
      .values({ account_id: id, ...columns, password_hash: null, created_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if ((written.numInsertedOrUpdatedRows ?? 0n) === 0n) throw conflict('accounts.create', 'the login is taken');
  });
  return id;
}

/** Changes an account and ends its sessions: what it may is decided anew. Throws as createAccount does. */
export async function changeAccount(db: CloudDatabase, id: string, changes: Changes, actor: string): Promise<void> {
  const before = await readAccount(db, id);
  if (id === actor && changes.role !== undefined && changes.role !== before.role) {
    throw conflict('accounts.change', 'nobody changes the own role');
  }
  const facts = factsSchema.parse({ ...before, ...changes });
  await withScope(db.service, SCOPE, async (trx) => {
    if (changes.login !== undefined && changes.login !== before.login) await requireFree(trx, changes.login);
    await trx
      .updateTable('accounts')
      .set(await columnsOf(trx, facts))
      .where('account_id', '=', id)
      .execute();
  });
  await closeSessionsOf(db, id);
}

/** The account can no longer sign in, and its sessions end. Throws subject.not-found and subject.conflict. */
export async function disableAccount(
  db: CloudDatabase,
  { id, actor }: { readonly id: string; readonly actor: string },
  now: Date,
): Promise<void> {
  if (id === actor) throw conflict('accounts.disable', 'nobody disables the own account');
  await readAccount(db, id);
  await db.service.deleteFrom('account_links').where('account_id', '=', id).execute();
  await db.service.updateTable('accounts').set({ disabled_at: now }).where('account_id', '=', id).execute();
  await closeSessionsOf(db, id);
}

/** The account can sign in again, with the password that it had. Throws subject.not-found. */
export async function enableAccount(db: CloudDatabase, id: string): Promise<void> {
  await readAccount(db, id);
  await db.service.updateTable('accounts').set({ disabled_at: null }).where('account_id', '=', id).execute();
}

async function columnsOf(trx: CloudTransaction, facts: NewFacts) {
  const { login, label, role, locale = 'zh-CN' } = facts;
  const byCompound = role === 'property-manager' || role === 'installer';
  const byUnit = role === 'police' || role === 'grid-member';
  const compounds = byCompound ? [...new Set(facts.compounds)] : [];
  const unitPaths = byUnit ? [...new Set(facts.unitPaths)] : [];
  if (byCompound) await requireAll(trx, { table: 'compounds', column: 'compound_id', ids: compounds });
  if (byUnit) await requireAll(trx, { table: 'units', column: 'path', ids: unitPaths });
  return { login, label, role, locale, compounds, unit_paths: unitPaths, duties: [...new Set(facts.duties)] };
}

interface Referenced {
  readonly table: 'compounds' | 'units';
  readonly column: 'compound_id' | 'path';
  readonly ids: readonly string[];
}

/** An account that sees nothing, or something that is not there, is a mistake. */
async function requireAll(trx: CloudTransaction, { table, column, ids }: Referenced): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select ${sql.ref(column)} as id from ${sql.table(table)} where ${sql.ref(column)} = any (${ids}::text[])`.execute(
    trx,
  );
  const known = new Set(rows.map(({ id }) => id));
  const missing = ids.filter((id) => !known.has(id));
  if (ids.length > 0 && missing.length === 0) return;
  const detail = `${table}: ${missing.length === 0 ? 'at least one is needed' : missing.join(', ')}`;
  throw new AnGridError('input.invalid', { op: 'accounts.scope', detail });
}

async function requireFree(trx: CloudTransaction, login: string): Promise<void> {
  const taken = await trx.selectFrom('accounts').select('login').where('login', '=', login).executeTakeFirst();
  if (taken) throw conflict('accounts.change', 'the login is taken');
}

function conflict(op: string, detail: string): AnGridError {
  return new AnGridError('subject.conflict', { op, detail });
}
