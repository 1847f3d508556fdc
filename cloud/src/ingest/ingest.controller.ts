import { type BatchAnswer, batchHeaderSchema, batchLimits, gatewayPaths, itemSchema } from '@angrid/contract';
import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readBody, streamedBody } from '../platform/http/body.js';
import { callerOf } from '../platform/http/caller.js';
import { Route } from '../platform/http/route.js';
import { PRESENCE } from '../sites/tokens.js';
import type { Presence } from '../sites/presence.js';
import { ingestBatch, type Ingesting } from './ingest-batch.js';
import { INGESTING } from './tokens.js';

/** A header, then items; each is checked by itself (read-batch.ts). */
const lineSchema = z.union([batchHeaderSchema, itemSchema]);

@Controller()
export class IngestController {
  constructor(
    @Inject(INGESTING) private readonly ingesting: Ingesting,
    @Inject(PRESENCE) private readonly presence: Presence,
  ) {}

  @Post(gatewayPaths.batches)
  @HttpCode(200)
  @Route({ permission: 'gateway', scope: 'caller', audit: 'none', body: lineSchema, bodyType: 'application/x-ndjson' })
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
