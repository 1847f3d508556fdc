import { AnGridError } from '@angrid/contract';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { AUTHENTICATOR, type Authenticator, type Principal, rememberPrincipal } from './principal.js';
import { ROUTE_POLICY, type RoutePolicy } from './route.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The one guard of the program: what no rule allows is refused. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const policy = this.reflector.get<RoutePolicy | undefined>(ROUTE_POLICY, context.getHandler());
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!policy) throw new AnGridError('auth.forbidden', { op: 'http.guard', detail: 'the route declares no policy' });
    const principal = await this.authenticator.authenticate(request);
    if (principal) rememberPrincipal(request, principal);
    if (policy.permission !== 'public') requireAccess(policy, principal);
    if (principal) refuseCrossSite(request, principal);
    return true;
  }
}

function requireAccess(policy: RoutePolicy, principal: Principal | undefined): void {
  if (!principal) throw new AnGridError('auth.required', { op: 'http.guard' });
  if (policy.permission === 'signed-in' || principal.permissions.has(policy.permission)) return;
  throw new AnGridError('auth.forbidden', { op: 'http.guard', detail: policy.permission });
}

/** A session's unsafe request must come from our own page: same origin, and with the session's token. */
function refuseCrossSite(request: FastifyRequest, principal: Principal): void {
  if (principal.csrf === undefined || SAFE_METHODS.has(request.method)) return;
  const origin = request.headers.origin;
  const sameOrigin = origin === undefined || hostOf(origin) === request.headers.host;
  if (sameOrigin && request.headers['x-csrf-token'] === principal.csrf) return;
  throw new AnGridError('auth.cross-site', { op: 'http.guard' });
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
