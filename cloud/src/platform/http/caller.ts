import { AnGridError } from '@angrid/contract';
import type { FastifyRequest } from 'fastify';
import { type Principal, principalOf } from './principal.js';

/** The caller of a request whose route admits none without one. Throws auth.required. */
export function callerOf(request: FastifyRequest): Principal {
  const principal = principalOf(request);
  if (principal) return principal;
  throw new AnGridError('auth.required', { op: 'http.caller' });
}
