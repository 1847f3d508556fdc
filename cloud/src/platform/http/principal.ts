import type { ErrorCode } from '@angrid/contract';
import type { FastifyRequest } from 'fastify';
import type { Scope } from '../database/scope.js';

/** Who calls, as the guard has found out. */
export interface Principal {
  readonly id: string;
  readonly role: string;
  readonly permissions: ReadonlySet<string>;
  readonly scope: Scope;
  /** Session callers must send this back in `X-CSRF-Token` with every unsafe request; machines have none. */
  readonly csrf?: string;
  readonly locale: 'zh-CN' | 'en';
  /** With what every permission is refused until the caller has done what is owed. */
  readonly owes?: ErrorCode;
}

/** Finds the caller of a request: by session cookie, bearer token or however the program does it. */
export interface Authenticator {
  authenticate(request: FastifyRequest): Promise<Principal | undefined>;
}

export const AUTHENTICATOR = Symbol('authenticator');

const principals = new WeakMap<object, Principal>();

export function rememberPrincipal(request: FastifyRequest, principal: Principal): void {
  principals.set(request.raw, principal);
}

/** The caller of a request that has passed the guard. */
export function principalOf(request: FastifyRequest): Principal | undefined {
  return principals.get(request.raw);
}
