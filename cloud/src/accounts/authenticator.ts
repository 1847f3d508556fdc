import type { Clock } from '@angrid/runtime';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CloudDatabase } from '../database.js';
import type { Authenticator, Principal } from '../platform/http/principal.js';
import { authenticateSession, type SessionKeeping } from './session-principal.js';
import { SESSION_KEEPING } from './tokens.js';

/** Finds the gateway behind a bearer token. */
export type BearerAuthenticator = (db: CloudDatabase, clock: Clock, bearer: string) => Promise<Principal | undefined>;

export const BEARER_AUTHENTICATOR = Symbol('bearer-authenticator');

const BEARER = /^Bearer ([A-Za-z0-9_-]{16,256})$/;

/** A gateway by its bearer token, else a person by the session cookie; a request is never both. */
@Injectable()
export class CallerAuthenticator implements Authenticator {
  constructor(
    @Inject(SESSION_KEEPING) private readonly keeping: SessionKeeping,
    @Inject(BEARER_AUTHENTICATOR) private readonly gateways: BearerAuthenticator,
  ) {}

  async authenticate(request: FastifyRequest): Promise<Principal | undefined> {
    const { authorization } = request.headers;
    if (authorization === undefined) return authenticateSession(this.keeping, request);
    const bearer = BEARER.exec(authorization)?.[1];
    return bearer === undefined ? undefined : this.gateways(this.keeping.db, this.keeping.clock, bearer);
  }
}
