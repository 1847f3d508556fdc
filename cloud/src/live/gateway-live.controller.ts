import { AnGridError, gatewayPaths, isErrorCode, LIVE_MEDIA_TYPE, liveEndSchema } from '@angrid/contract';
import { Body, Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { CloudDatabase } from '../database.js';
import { chunksOf, streamedBody } from '../platform/http/body.js';
import { callerOf } from '../platform/http/caller.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { DATABASE } from '../platform/tokens.js';
import type { Presence } from '../sites/presence.js';
import { PRESENCE } from '../sites/tokens.js';
import type { LiveDesk } from './live-desk.js';
import { type LiveWord, tellElsewhere } from './live-elsewhere.js';
import type { LiveStream } from './live-stream.js';
import { LIVE_DESK } from './tokens.js';

/** Receives live streams from the gateways that were asked for them (contract/paths.ts). */
@Controller()
export class GatewayLiveController {
  constructor(
    @Inject(LIVE_DESK) private readonly desk: LiveDesk,
    @Inject(PRESENCE) private readonly presence: Presence,
    @Inject(DATABASE) private readonly db: CloudDatabase,
  ) {}

  @Post(gatewayPaths.live(':stream'))
  @HttpCode(204)
  @Route({ permission: 'gateway', scope: 'caller', audit: 'none', bodyType: LIVE_MEDIA_TYPE })
  async take(@Req() request: FastifyRequest, @Param('stream') id: string): Promise<void> {
    const caller = callerOf(request);
    const stream = await this.find({ gateway: caller.id, stream: id, code: 'live.elsewhere' });
    await this.presence.saw(caller);
    // Answered in the moment in which the stream is over, not when the body ends.
    await Promise.race([stream.over, fill(stream, request)]);
  }

  @Post(gatewayPaths.liveEnd(':stream'))
  @HttpCode(204)
  @Route({ permission: 'gateway', scope: 'caller', audit: 'none', body: liveEndSchema })
  async end(@Req() request: FastifyRequest, @Param('stream') id: string, @Body() body: unknown): Promise<void> {
    const told = validated(liveEndSchema, body, 'live.end');
    const code = isErrorCode(told.code) ? told.code : 'live.ended';
    const stream = await this.find({ gateway: callerOf(request).id, stream: id, code });
    stream.end(new AnGridError(code, { op: 'live.view' }));
  }

  /** Throws live.ended for what this process has not asked for; if another one has, its viewers hear of it. */
  private async find(word: LiveWord): Promise<LiveStream> {
    const id = validated(z.guid(), word.stream, 'live.upload');
    const stream = this.desk.streamOf(word.gateway, id);
    if (stream) return stream;
    await tellElsewhere(this.db, { ...word, stream: id });
    throw new AnGridError('live.ended', { op: 'live.upload', subject: id });
  }
}

/** A body that breaks off ends the stream: its gateway does not go on with it. */
async function fill(stream: LiveStream, request: FastifyRequest): Promise<void> {
  try {
    for await (const chunk of chunksOf(streamedBody(request))) {
      if (stream.ended) return;
      stream.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof AnGridError) throw cause;
    const broken = new AnGridError('live.no-answer', { op: 'live.upload', subject: stream.id, cause });
    stream.end(broken);
    throw broken;
  }
}
