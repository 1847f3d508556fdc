import { AnGridError, type ErrorCode } from '@angrid/contract';
import type { FastifyRequest } from 'fastify';
import type { AuditSink } from '../platform/http/audit-record.js';
import { principalOf } from '../platform/http/principal.js';

const GUESSES: ReadonlySet<ErrorCode> = new Set(['auth.wrong-credentials', 'auth.wrong-second-factor']);

/**
 * A wrong password or code is on record too, the code with the account whose password was right. Which login was tried
 * is not, because people type passwords there; nor are attempts beyond the limit: nobody fills the log from outside.
 */
export async function recordRefusal(audit: AuditSink, request: FastifyRequest, error: unknown): Promise<never> {
  if (error instanceof AnGridError && GUESSES.has(error.code)) {
    const principal = principalOf(request);
    await audit.record({
      actor: error.subject ?? principal?.id ?? 'anonymous',
      role: principal?.role ?? 'none',
      action: 'session.refused',
      auditClass: 'access',
      subject: `${request.method} ${request.url.split('?')[0] ?? ''}`,
    });
  }
  throw error;
}
