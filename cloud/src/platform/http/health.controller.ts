import { AnGridError } from '@angrid/contract';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import type { Registry } from 'prom-client';
import type { Database } from '../database/index.js';
import { DATABASE, METRICS, READINESS } from '../tokens.js';
import { Route } from './route.js';

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/** Whether a process can do its work now. */
export interface Readiness {
  /** Why it cannot; empty where it can. */
  faults(): Promise<readonly string[]>;
}

@Controller()
export class HealthController {
  constructor(
    @Inject(DATABASE) private readonly db: Database<unknown>,
    @Inject(METRICS) private readonly metrics: Registry,
    @Inject(READINESS) private readonly readiness: Readiness,
  ) {}

  /** It runs and reaches its database: else it is to be started again. */
  @Get('healthz')
  @Route({ permission: 'public', scope: 'none', audit: 'none' })
  async healthz(): Promise<{ status: 'ok' }> {
    await sql`select 1`.execute(this.db.service).catch((cause: unknown) => {
      throw new AnGridError('database.unavailable', { op: 'http.health', cause });
    });
    return { status: 'ok' };
  }

  /** It does all of its work: else nobody is to be sent here. */
  @Get('readyz')
  @Route({ permission: 'public', scope: 'none', audit: 'none' })
  async readyz(): Promise<{ status: 'ready' }> {
    const faults = await this.readiness.faults();
    if (faults.length > 0) throw new AnGridError('cloud.not-ready', { op: 'http.ready', detail: faults.join('; ') });
    return { status: 'ready' };
  }

  /** Numbers of the process, for a collector on this machine. */
  @Get('metrics')
  @Route({ permission: 'public', scope: 'none', audit: 'none', answerType: 'text/plain' })
  async numbers(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    if (!LOOPBACK.test(request.ip)) throw new AnGridError('auth.forbidden', { op: 'http.metrics' });
    void reply.type(this.metrics.contentType);
    return this.metrics.metrics();
  }
}
