import { commandResultSchema, gatewayPaths } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { Body, Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CloudDatabase } from '../../database.js';
import { withScope } from '../../platform/database/index.js';
import { callerOf } from '../../platform/http/caller.js';
import { Route } from '../../platform/http/route.js';
import { validated } from '../../platform/http/validated.js';
import { CLOCK, DATABASE } from '../../platform/tokens.js';
import { finishCommand } from '../commands.js';
import type { Presence } from '../presence.js';
import { CHANNEL_HUB, PRESENCE } from '../tokens.js';
import type { ChannelHub } from './channel-hub.js';

/** The way down to a gateway: commands by server-sent events, and how they ended. */
@Controller()
export class ChannelController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CHANNEL_HUB) private readonly hub: ChannelHub,
    @Inject(PRESENCE) private readonly presence: Presence,
  ) {}

  @Get(gatewayPaths.channel)
  @Route({ permission: 'gateway', scope: 'caller', audit: 'none', answerType: 'text/event-stream' })
  async open(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const caller = callerOf(request);
    await this.presence.saw(caller);
    reply.hijack();
    const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
    reply.raw.writeHead(200, { ...definedHeaders(reply), ...headers });
    await this.hub.open(caller, reply.raw);
  }

  @Post(gatewayPaths.commandResult)
  @HttpCode(204)
  @Route({ permission: 'gateway', scope: 'caller', audit: 'change', body: commandResultSchema })
  async result(@Req() request: FastifyRequest, @Body() body: unknown): Promise<void> {
    const caller = callerOf(request);
    const result = validated(commandResultSchema, body, 'sites.command-result');
    const now = new Date(this.clock.wall());
    await withScope(this.db.service, caller.scope, (trx) => finishCommand(trx, caller.id, result, now));
    await this.presence.saw(caller);
  }
}

function definedHeaders(reply: FastifyReply): Record<string, number | string | string[]> {
  const headers: Record<string, number | string | string[]> = {};
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) headers[name] = value;
  return headers;
}
