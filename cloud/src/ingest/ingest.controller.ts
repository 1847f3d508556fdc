import { type BatchAnswer, batchLimits, gatewayPaths } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CloudSettings } from '../config/settings.js';
import type { CloudDatabase } from '../database.js';
import { readBody, streamedBody } from '../platform/http/body.js';
import { callerOf } from '../platform/http/caller.js';
import { Route } from '../platform/http/route.js';

import { CLOCK, DATABASE, SETTINGS } from '../platform/tokens.js';
import { PRESENCE } from '../sites/tokens.js';
import type { Presence } from '../sites/presence.js';
import { ingestBatch, type Ingesting } from './ingest-batch.js';

@Controller()
export class IngestController {
  private readonly ingesting: Ingesting;

  constructor(
    @Inject(DATABASE) db: CloudDatabase,
    @Inject(CLOCK) clock: Clock,
    @Inject(SETTINGS) { dispatch }: CloudSettings,
    @Inject(PRESENCE) private readonly presence: Presence,
  ) {
    const { correlationWindow, incidentLength, confirmWithin } = dispatch;
    const correlation = { windowMs: correlationWindow, incidentMs: incidentLength, confirmMs: confirmWithin };
    this.ingesting = { db, clock, correlation };
  }

  @Post(gatewayPaths.batches)
  @HttpCode(200)
  @Route({ permission: 'gateway', scope: 'caller', audit: 'none' })
  async receive(@Req() request: FastifyRequest): Promise<BatchAnswer> {
    const caller = callerOf(request);
    const body = streamedBody(request);
    const encoding = request.headers['content-encoding'];
    const bytes = await readBody(body, { encoding, limit: batchLimits.bytes });
    const answer = await ingestBatch(this.ingesting, caller, bytes);
    await this.presence.saw(caller);
    return answer;
  }
}
