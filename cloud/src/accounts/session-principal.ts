import { AnGridError } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import type { FastifyRequest } from 'fastify';
import type { CloudDatabase } from '../database.js';
import type { AccountRole } from '../schema-people.js';
import type { Principal } from '../platform/http/principal.js';
import { scopeOfAccount } from './account-scope.js';
import { permissionsOf } from './permissions.js';
import { findSession, type Session, SESSION_COOKIE } from './sessions.js';

/** What sessions are kept with. */
export interface SessionKeeping {
  readonly db: CloudDatabase;
  readonly clock: Clock;
  /** Roles that do nothing before they have a second factor. */
  readonly secondFactorFor: readonly AccountRole[];
}

const sessions = new WeakMap<object, Session>();

/** The session that a request came with, where it came with one that holds. */
export function knownSession(request: FastifyRequest): Session | undefined {
  return sessions.get(request.raw);
}

/** The session of a request that has passed the guard. Throws auth.required. */
export function sessionOf(request: FastifyRequest): Session {
  const session = knownSession(request);
  if (session) return session;
  throw new AnGridError('auth.required', { op: 'session.read' });
}

/** The principal behind the session cookie of a request. */
export async function authenticateSession(
  keeping: SessionKeeping,
  request: FastifyRequest,
): Promise<Principal | undefined> {
  const session = await findSession(keeping, request.cookies[SESSION_COOKIE]);
  return session && (await adoptSession(keeping, request, session));
}

/** From now on the request belongs to the session. Who owes a second factor may do nothing and sees nothing. */
export async function adoptSession(
  { db, clock, secondFactorFor }: SessionKeeping,
  request: FastifyRequest,
  session: Session,
): Promise<Principal> {
  sessions.set(request.raw, session);
  const { account, csrf } = session;
  const { id, role, locale } = account;
  if (secondFactorFor.includes(role) && !account.secondFactor) {
    const scope = { compounds: [], units: [], actor: id };
    return { id, role, csrf, locale, permissions: new Set(), scope, owes: 'auth.second-factor-due' };
  }
  const scope = await scopeOfAccount(db, account, new Date(clock.wall()));
  return { id, role, csrf, locale, permissions: new Set(permissionsOf(role)), scope };
}
