import { AnGridError } from '@angrid/contract';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { AUDIT_SINK, type AuditSink, refusalOf } from './audit-record.js';
import { AUTHENTICATOR, type Authenticator, type Principal, rememberPrincipal } from './principal.js';
import { ROUTE_POLICY, type RoutePolicy } from './route.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The one guard of the program: what no rule allows is refused. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    @Inject(AUDIT_SINK) private readonly audit: AuditSink,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const policy = this.reflector.get<RoutePolicy | undefined>(ROUTE_POLICY, context.getHandler());
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!policy) throw new AnGridError('auth.forbidden', { op: 'http.guard', detail: 'the route declares no policy' });
    refuseForeignOrigin(request);
    const principal = await this.authenticator.authenticate(request);
    if (principal) rememberPrincipal(request, principal);
    if (policy.permission !== 'public') await this.requireAccess(request, policy, principal);
    if (principal) requireCsrfToken(request, principal);
    return true;
  }

  private async requireAccess(request: FastifyRequest, policy: RoutePolicy, principal?: Principal): Promise<void> {
    if (!principal) throw new AnGridError('auth.required', { op: 'http.guard' });
    if (policy.permission === 'signed-in' || principal.permissions.has(policy.permission)) return;
    await this.audit.refused(refusalOf(request, policy));
    throw new AnGridError(principal.owes ?? 'auth.forbidden', { op: 'http.guard', detail: policy.permission });
  }
}

/** An unsafe request that a browser sends must come from our own pages, also where nobody is signed in yet. */
function refuseForeignOrigin(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  if (SAFE_METHODS.has(request.method) || origin === undefined || hostOf(origin) === host) return;
  throw new AnGridError('auth.cross-site', { op: 'http.guard', detail: 'origin' });
}

/** A session's unsafe request must carry the session's token. */
function requireCsrfToken(request: FastifyRequest, principal: Principal): void {
  if (principal.csrf === undefined || SAFE_METHODS.has(request.method)) return;
  if (request.headers['x-csrf-token'] === principal.csrf) return;
  throw new AnGridError('auth.cross-site', { op: 'http.guard', detail: 'token' });
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
