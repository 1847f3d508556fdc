import { AnGridError, type Locale, problemOf } from '@angrid/contract';
import type { Log } from '@angrid/runtime';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { principalOf } from './principal.js';

/** Turns every error into RFC 9457 problem+json with the registry's code. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(caught: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const error = errorOf(caught, request);
    if (error.code === 'internal.unexpected') this.log.error({ err: caught, url: request.url }, 'request failed');
    if (reply.sent) return;
    const problem = problemOf(error, localeOf(request));
    void reply.status(problem.status).header('content-type', 'application/problem+json; charset=utf-8').send(problem);
  }
}

function errorOf(caught: unknown, request: FastifyRequest): AnGridError {
  if (caught instanceof AnGridError) return caught;
  const op = `http.${request.method.toLowerCase()}`;
  const status = statusOf(caught);
  if (status === 404) return new AnGridError('subject.not-found', { op });
  if (status === 413) return new AnGridError('input.too-large', { op });
  if (status !== undefined && status < 500) return new AnGridError('input.invalid', { op, detail: messageOf(caught) });
  return new AnGridError('internal.unexpected', { op, cause: caught });
}

function statusOf(caught: unknown): number | undefined {
  if (caught instanceof HttpException) return caught.getStatus();
  if (caught instanceof Error && 'statusCode' in caught && typeof caught.statusCode === 'number')
    return caught.statusCode;
  return undefined;
}

function messageOf(caught: unknown): string {
  return caught instanceof Error ? caught.message : 'unreadable request';
}

/** The caller's language: the account's, else the browser's, else Chinese. */
export function localeOf(request: FastifyRequest): Locale {
  const known = principalOf(request);
  if (known) return known.locale;
  return request.headers['accept-language']?.toLowerCase().startsWith('en') ? 'en' : 'zh-CN';
}
