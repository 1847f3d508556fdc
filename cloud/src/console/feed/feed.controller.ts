import { AnGridError } from '@angrid/contract';
import { Controller, Get, Headers, Inject, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { sessionOf } from '../../accounts/session-principal.js';
import { callerOf } from '../../platform/http/caller.js';
import type { Principal } from '../../platform/http/principal.js';
import { Route } from '../../platform/http/route.js';
import { validated } from '../../platform/http/validated.js';
import { FeedHub, type FeedStream } from './feed-hub.js';
import type { Topic } from './feed-page.js';

const topicPermissions: Readonly<Record<Topic, string>> = {
  incident: 'incidents.read',
  alert: 'incidents.read',
  gateway: 'gateways.read',
  device: 'devices.read',
};

const POSITION = /^\d{1,15}$/;
const positionSchema = z.object({ after: z.string().max(15).optional() });

@Controller('api/feed')
export class FeedController {
  constructor(@Inject(FeedHub) private readonly hub: FeedHub) {}

  @Get()
  @Route({
    permission: 'signed-in',
    scope: 'caller',
    audit: 'none',
    query: positionSchema,
    answerType: 'text/event-stream',
  })
  async open(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Query() query: unknown,
  ): Promise<void> {
    const principal = callerOf(request);
    const session = sessionOf(request);
    const position = positionOf(lastEventId ?? validated(positionSchema, query, 'feed.open').after);
    const stream = openStream(reply);
    const viewer = { session, scope: principal.scope, topics: topicsOf(principal), stream };
    const leave = await this.hub.join(viewer, position).catch((error: unknown) => {
      stream.end();
      throw error;
    });
    reply.raw.once('close', leave);
    if (reply.raw.destroyed) leave();
  }
}

function positionOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (POSITION.test(text)) return Number(text);
  throw new AnGridError('input.invalid', { op: 'feed.open', detail: 'Last-Event-ID: not a position' });
}

function topicsOf({ permissions }: Principal): readonly Topic[] {
  const topics = Object.keys(topicPermissions) as Topic[];
  return topics.filter((topic) => permissions.has(topicPermissions[topic]));
}

/** From here on the answer is written by hand; what the server says in every header is said here too. */
function openStream(reply: FastifyReply): FeedStream {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...reply.getHeaders(),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  } as Record<string, string>);
  raw.flushHeaders();
  raw.socket?.setNoDelay(true);
  return {
    write: (text) => raw.write(text),
    get waitingBytes() {
      return raw.writableLength;
    },
    end: () => raw.destroy(),
  };
}
