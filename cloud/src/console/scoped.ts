import type { FastifyRequest } from 'fastify';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { withScope } from '../platform/database/index.js';
import { callerOf } from '../platform/http/caller.js';

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
