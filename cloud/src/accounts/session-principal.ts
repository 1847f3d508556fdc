import { AnGridError } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import type { FastifyRequest } from 'fastify';
import type { CloudDatabase } from '../database.js';
import type { Principal } from '../platform/http/principal.js';
import { scopeOfAccount } from './account-scope.js';
import { permissionsOf } from './permissions.js';
import { findSession, type Session, SESSION_COOKIE } from './sessions.js';

interface Kept {
  readonly db: CloudDatabase;
  readonly clock: Clock;
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
export async function authenticateSession(kept: Kept, request: FastifyRequest): Promise<Principal | undefined> {
  const session = await findSession(kept, request.cookies[SESSION_COOKIE]);
  return session && (await adoptSession(kept, request, session));
}

/** From now on the request belongs to the session. */
export async function adoptSession({ db, clock }: Kept, request: FastifyRequest, session: Session): Promise<Principal> {
  sessions.set(request.raw, session);
  const { account, csrf } = session;
  return {
    id: account.id,
    role: account.role,
    permissions: new Set(permissionsOf(account.role)),
    scope: await scopeOfAccount(db, account, new Date(clock.wall())),
    csrf,
    locale: account.locale,
  };
}
