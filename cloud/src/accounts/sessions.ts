import type { Clock } from '@angrid/runtime';
import { sql } from 'kysely';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { type Account, accountColumns } from './account.js';
import { isToken, newToken, tokenHash } from './token.js';

export const SESSION_COOKIE = 'angrid_session';
/** Tells open streams that sessions of an account (its id) have ended, or that what accounts see has changed (EVERYBODY). */
export const SESSIONS_CHANNEL = 'angrid_sessions';

const EVERYBODY = '';

export const SESSION_HOURS = 12;
const IDLE_MS = 2 * 3_600_000;
const TOUCH_EVERY_MS = 60_000;

export interface Session {
  readonly hash: string;
  readonly csrf: string;
  readonly expiresAt: Date;
  readonly account: Account;
}

interface Kept {
  readonly db: CloudDatabase;
  readonly clock: Clock;
}

/** Opens a session; the token goes into the cookie and is stored nowhere. */
export async function openSession({ db, clock }: Kept, accountId: string): Promise<string> {
  const token = newToken();
  const now = clock.wall();
  await db.service
    .deleteFrom('sessions')
    .where('account_id', '=', accountId)
    .where(({ eb, or }) =>
      or([eb('expires_at', '<=', new Date(now)), eb('last_seen_at', '<=', new Date(now - IDLE_MS))]),
    )
    .execute();
  await db.service
    .insertInto('sessions')
    .values({
      session_hash: tokenHash(token),
      account_id: accountId,
      csrf: newToken(),
      created_at: new Date(now),
      expires_at: new Date(now + SESSION_HOURS * 3_600_000),
      last_seen_at: new Date(now),
    })
    .execute();
  return token;
}

/** The session behind a cookie; undefined where it has ended, was idle too long, or its account is disabled. */
export async function findSession({ db, clock }: Kept, token: string | undefined): Promise<Session | undefined> {
  if (token === undefined || !isToken(token)) return undefined;
  const now = clock.wall();
  const { rows } = await sql<Account & { hash: string; csrf: string; expiresAt: Date; seenAt: Date }>`
    select s.session_hash as hash, s.csrf, s.expires_at as "expiresAt", s.last_seen_at as "seenAt", ${accountColumns}
    from sessions s join accounts a using (account_id)
    where s.session_hash = ${tokenHash(token)} and s.expires_at > ${new Date(now)}
      and s.last_seen_at > ${new Date(now - IDLE_MS)} and a.disabled_at is null`.execute(db.service);
  const [row] = rows;
  if (!row) return undefined;
  const { hash, csrf, expiresAt, seenAt, ...account } = row;
  if (now - seenAt.getTime() > TOUCH_EVERY_MS) await touch(db, hash, new Date(now));
  return { hash, csrf, expiresAt, account };
}

/** Of the given sessions, those that have ended. */
export async function endedSessions({ db, clock }: Kept, hashes: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ hash: string }>`
    select s.session_hash as hash from sessions s join accounts a using (account_id)
    where s.session_hash = any (${hashes}::text[]) and s.expires_at > ${new Date(clock.wall())}
      and a.disabled_at is null`.execute(db.service);
  const alive = new Set(rows.map(({ hash }) => hash));
  return new Set(hashes.filter((hash) => !alive.has(hash)));
}

export async function closeSession(db: CloudDatabase, session: Session): Promise<void> {
  await db.service.deleteFrom('sessions').where('session_hash', '=', session.hash).execute();
  await tellSessionsEnded(db, session.account.id);
}

/** Ends every session of an account, but for one that is spared; at once and also on streams that stand open. */
export async function closeSessionsOf(db: CloudDatabase, accountId: string, spared?: Session): Promise<void> {
  await db.service
    .deleteFrom('sessions')
    .where('account_id', '=', accountId)
    .where('session_hash', '<>', spared?.hash ?? '')
    .execute();
  await tellSessionsEnded(db, accountId);
}

/** What accounts see has changed with this transaction, though no account has: their open streams are looked at anew. */
export async function tellScopesChanged(trx: CloudTransaction): Promise<void> {
  await sql`select pg_notify(${SESSIONS_CHANNEL}, ${EVERYBODY})`.execute(trx);
}

async function tellSessionsEnded(db: CloudDatabase, accountId: string): Promise<void> {
  await sql`select pg_notify(${SESSIONS_CHANNEL}, ${accountId})`.execute(db.service);
}

async function touch(db: CloudDatabase, hash: string, now: Date): Promise<void> {
  await db.service.updateTable('sessions').set({ last_seen_at: now }).where('session_hash', '=', hash).execute();
}
