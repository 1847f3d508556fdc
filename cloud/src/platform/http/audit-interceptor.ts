import { AnGridError } from '@angrid/contract';
import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { AUDIT_SINK, type AuditSink, recordOf, refusalOf } from './audit-record.js';
import { principalOf } from './principal.js';
import { ROUTE_POLICY, type RoutePolicy } from './route.js';

/** Writes each audited call to the log before its answer leaves: an opening that cannot be logged is not answered. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(AUDIT_SINK) private readonly sink: AuditSink,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const policy = this.reflector.get<RoutePolicy | undefined>(ROUTE_POLICY, context.getHandler());
    if (!policy) return next.handle();
    return from(this.handle(context.switchToHttp().getRequest<FastifyRequest>(), policy, next));
  }

  private async handle(request: FastifyRequest, policy: RoutePolicy, next: CallHandler): Promise<unknown> {
    const answer = await this.answered(request, policy, next);
    if (policy.audit !== 'none' && policy.recordedBy !== 'handler')
      await this.sink.record(recordOf(request, policy, answer));
    return answer;
  }

  /** A handler refuses what only it can know, such as what is beyond somebody's units. */
  private async answered(request: FastifyRequest, policy: RoutePolicy, next: CallHandler): Promise<unknown> {
    try {
      const answer: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      return answer;
    } catch (error) {
      const refused = error instanceof AnGridError && error.code === 'auth.forbidden';
      if (refused && principalOf(request)) await this.sink.refused(refusalOf(request, policy));
      throw error;
    }
  }
}
