import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { type Principal, principalOf } from './principal.js';
import { ROUTE_POLICY, type RoutePolicy } from './route.js';

export interface AuditRecord {
  readonly actor: string;
  readonly role: string;
  readonly action: string;
  readonly auditClass: string;
  readonly subject: string;
  readonly compound?: string;
  readonly reason?: string;
}

/** Append-only; resolves when the record is durable. */
export interface AuditSink {
  record(entry: AuditRecord): Promise<void>;
}

export const AUDIT_SINK = Symbol('audit-sink');

/** Writes each audited call to the log before its answer leaves: an opening that cannot be logged is not answered. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(AUDIT_SINK) private readonly sink: AuditSink,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const policy = this.reflector.get<RoutePolicy | undefined>(ROUTE_POLICY, context.getHandler());
    if (!policy || policy.audit === 'none' || policy.recordedBy === 'handler') return next.handle();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return from(this.handle(request, policy, next));
  }

  private async handle(request: FastifyRequest, policy: RoutePolicy, next: CallHandler): Promise<unknown> {
    const answer: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
    const principal = principalOf(request);
    await this.sink.record(recordOf(request, policy, principal));
    return answer;
  }
}

function recordOf(request: FastifyRequest, policy: RoutePolicy, principal: Principal | undefined): AuditRecord {
  const reason = reasonOf(request.body);
  return {
    actor: principal?.id ?? 'anonymous',
    role: principal?.role ?? 'none',
    action: policy.permission,
    auditClass: policy.audit,
    subject: `${request.method} ${request.url.split('?')[0] ?? ''}`,
    ...(reason === undefined ? {} : { reason }),
  };
}

function reasonOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('reason' in body)) return undefined;
  return typeof body.reason === 'string' ? body.reason.slice(0, 500) : undefined;
}
