import { AnGridError } from '@angrid/contract';
import type { FastifyRequest } from 'fastify';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { withScope } from '../platform/database/index.js';
import { type Principal, principalOf } from '../platform/http/principal.js';

/** The caller of a route that only signed-in callers reach. */
export function callerOf(request: FastifyRequest): Principal {
  const principal = principalOf(request);
  if (principal) return principal;
  throw new AnGridError('auth.required', { op: 'console.scope' });
}

/** Reads within the scope of the caller. */
export function readAs<Result>(
  db: CloudDatabase,
  request: FastifyRequest,
  work: (trx: CloudTransaction) => Promise<Result>,
): Promise<Result> {
  return withScope(db.service, callerOf(request).scope, work, { accessMode: 'read only' });
}

/** Changes within the scope of the caller, in one transaction. */
export function changeAs<Result>(
  db: CloudDatabase,
  request: FastifyRequest,
  work: (trx: CloudTransaction) => Promise<Result>,
): Promise<Result> {
  return withScope(db.service, callerOf(request).scope, work);
}
