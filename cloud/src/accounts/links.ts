import { AnGridError } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { sql, type Transaction } from 'kysely';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { CloudDatabase } from '../database.js';
import type { Database } from '../schema.js';
import { hashPassword, newPasswordSchema } from './passwords.js';
import { codeSchema } from './second-factors.js';
import { closeSessionsOf } from './sessions.js';
import { isToken, newToken, tokenHash } from './token.js';

/** A link to set a password lives for a day. */
const LINK_MS = 24 * 3_600_000;
const FIRST_LOGIN = 'administrator';

export const loginSchema = z.string().regex(/^[a-z0-9][a-z0-9._-]{1,63}$/);
export const labelSchema = z.string().min(1).max(80);

export const setUpSchema = z.object({
  link: z.string().max(64),
  login: loginSchema.optional(),
  label: labelSchema.optional(),
  password: newPasswordSchema,
  /** Where the account has a second factor: the link stands for its password alone. */
  code: codeSchema.optional(),
});
export type SetUp = z.infer<typeof setUpSchema>;

export interface OpenLink {
  readonly accountId: string;
  readonly login: string;
  /** first: makes the first administrator of this cloud. password: sets the password of an account. */
  readonly kind: 'first' | 'password';
}

interface Kept {
  readonly db: CloudDatabase;
  readonly clock: Clock;
}

/** A link with which the account's password can be set once; earlier ones no longer work. */
export async function newLink({ db, clock }: Kept, accountId: string): Promise<string> {
  const token = newToken();
  await db.service.transaction().execute(async (trx) => {
    await trx.deleteFrom('account_links').where('account_id', '=', accountId).execute();
    const row = { link_hash: tokenHash(token), account_id: accountId, expires_at: new Date(clock.wall() + LINK_MS) };
    await trx.insertInto('account_links').values(row).execute();
  });
  return token;
}

/** The set-up link of a cloud that nobody has signed in to yet; undefined where an account has a password. */
export async function firstStartLink(kept: Kept): Promise<string | undefined> {
  const { db, clock } = kept;
  if (await isSetUp(db.service)) return undefined;
  await db.service
    .insertInto('accounts')
    .values({
      account_id: uuid(),
      login: FIRST_LOGIN,
      label: '管理员',
      role: 'administrator',
      password_hash: null,
      created_at: new Date(clock.wall()),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const account = await db.service
    .selectFrom('accounts')
    .select('account_id')
    .where('role', '=', 'administrator')
    .executeTakeFirstOrThrow();
  return newLink(kept, account.account_id);
}

/** A new link for somebody who is locked out. Throws subject.not-found. */
export async function linkForLogin(kept: Kept, login: string): Promise<string> {
  return newLink(kept, await accountOfLogin(kept.db, login));
}

/** The id. Throws subject.not-found. */
export async function accountOfLogin(db: CloudDatabase, login: string): Promise<string> {
  const account = await db.service
    .selectFrom('accounts')
    .select('account_id')
    .where('login', '=', login)
    .executeTakeFirst();
  if (!account) throw new AnGridError('subject.not-found', { op: 'accounts.login', subject: login });
  return account.account_id;
}

/** Throws auth.link-expired where the link is unknown, used or too old. */
export async function readLink({ db, clock }: Kept, link: string): Promise<OpenLink> {
  return findLink(db.service, link, new Date(clock.wall()));
}

/** Sets the password behind a link, once; every session of the account ends. The account's id. */
export async function useLink({ db, clock }: Kept, setUp: SetUp): Promise<string> {
  // A stranger's guess must not cost a hash.
  await readLink({ db, clock }, setUp.link);
  const passwordHash = await hashPassword(setUp.password);
  const accountId = await db.service.transaction().execute(async (trx) => {
    const { accountId: id, kind } = await findLink(trx, setUp.link, new Date(clock.wall()));
    await trx.deleteFrom('account_links').where('account_id', '=', id).execute();
    await trx
      .updateTable('accounts')
      .set({ password_hash: passwordHash, ...(kind === 'first' ? namesFrom(setUp) : {}) })
      .where('account_id', '=', id)
      .execute();
    return id;
  });
  await closeSessionsOf(db, accountId);
  return accountId;
}

function namesFrom({ login, label }: SetUp): { login?: string; label?: string } {
  return { ...(login === undefined ? {} : { login }), ...(label === undefined ? {} : { label }) };
}

type Queries = CloudDatabase['service'] | Transaction<Database>;

async function findLink(db: Queries, link: string, now: Date): Promise<OpenLink> {
  if (isToken(link)) {
    const { rows } = await sql<{ accountId: string; login: string }>`
      select a.account_id as "accountId", a.login
      from account_links l join accounts a using (account_id)
      where l.link_hash = ${tokenHash(link)} and l.expires_at > ${now} and a.disabled_at is null
      for no key update of l`.execute(db);
    const [found] = rows;
    if (found) return { ...found, kind: (await isSetUp(db)) ? 'password' : 'first' };
  }
  throw new AnGridError('auth.link-expired', { op: 'accounts.link' });
}

async function isSetUp(db: Queries): Promise<boolean> {
  const row = await db
    .selectFrom('accounts')
    .select('account_id')
    .where('password_hash', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
