import { AnGridError, type ErrorCode, idSchema, LIVE_MEDIA_TYPE } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { sessionOf } from '../accounts/session-principal.js';
import { appendAudit } from '../audit/audit-log.js';
import { changeAs, readAs } from '../console/scoped.js';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { callerOf } from '../platform/http/caller.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CLOCK, DATABASE } from '../platform/tokens.js';
import { gatewayOf, orderLive } from './live-camera.js';
import type { LiveDesk, Watch } from './live-desk.js';
import { type CameraRef, giveGrant, type LiveGrant, requireGrant } from './live-grants.js';
import type { LiveSink } from './live-stream.js';
import { LIVE_DESK } from './tokens.js';

const refSchema = z
  .object({ compound: idSchema, device: idSchema })
  .transform(({ compound, device }) => ({ compound, camera: device }));
const reasonSchema = z.object({ reason: z.string().trim().max(500).default('') });
const SHORTEST_REASON = 3;

/**
 * Live view: a reason first, then the picture. Grant and each opening go into the audit log in the transaction that
 * allows them: what cannot be logged is not opened.
 */
@Controller('api')
export class LiveController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LIVE_DESK) private readonly desk: LiveDesk,
  ) {}

  @Post('cameras/:compound/:device/live')
  @HttpCode(200)
  @Route({ permission: 'live.open', scope: 'caller', audit: 'evidence', recordedBy: 'handler', body: reasonSchema })
  async grant(
    @Req() request: FastifyRequest,
    @Param() path: unknown,
    @Body() body: unknown,
  ): Promise<{ grantId: string; expiresAt: Date }> {
    const ref = validated(refSchema, path, 'live.grant');
    const { reason } = validated(reasonSchema, body ?? {}, 'live.grant');
    if (reason.length < SHORTEST_REASON)
      throw new AnGridError('live.reason-required', { op: 'live.grant', subject: ref.camera });
    const { id: account, role } = callerOf(request);
    return changeAs(this.db, request, async (trx) => {
      await gatewayOf(trx, ref, this.now());
      const grant = await giveGrant(trx, { ...ref, account, role, reason }, this.now());
      await this.record(trx, grant, 'live.grant');
      return { grantId: grant.id, expiresAt: grant.expiresAt };
    });
  }

  @Get('live/:grant')
  @Route({
    permission: 'live.open',
    scope: 'caller',
    audit: 'evidence',
    recordedBy: 'handler',
    answerType: LIVE_MEDIA_TYPE,
  })
  async watch(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Param('grant') id: string): Promise<void> {
    const watch = await this.open(request, id);
    reply.raw.once('close', () => watch.leave());
    if (reply.raw.destroyed) watch.leave();
    const codec = await watch.started;
    if (!reply.raw.destroyed) watch.flow(openStream(reply, codec));
  }

  /** Why the picture of a grant ended: an answer that runs cannot say it any more. */
  @Get('live/:grant/end')
  @Route({ permission: 'live.open', scope: 'caller', audit: 'none' })
  async end(@Req() request: FastifyRequest, @Param('grant') id: string): Promise<{ code: ErrorCode }> {
    const grant = await readAs(this.db, request, (trx) => this.granted(trx, request, id));
    return { code: this.desk.whyEnded(grant.id) };
  }

  private async open(request: FastifyRequest, id: string): Promise<Watch> {
    const session = sessionOf(request);
    let watch: Watch | undefined;
    try {
      return await changeAs(this.db, request, async (trx) => {
        const grant = await this.granted(trx, request, id);
        const gateway = await gatewayOf(trx, grant, this.now());
        watch = this.desk.watch({ grant, session, gateway });
        await orderLive(trx, { gateway, stream: watch.stream, grant }, this.now());
        await this.record(trx, grant, 'live.open');
        return watch;
      });
    } catch (error) {
      watch?.leave();
      throw error;
    }
  }

  private granted(trx: CloudTransaction, request: FastifyRequest, id: string): Promise<LiveGrant> {
    const account = callerOf(request).id;
    return requireGrant(trx, { id: validated(z.guid(), id, 'live.open'), account }, this.now());
  }

  private record(trx: CloudTransaction, grant: LiveGrant, action: string): Promise<void> {
    const { account: actor, role, reason, compound } = grant;
    const entry = { actor, role, action, auditClass: 'evidence', reason, subject: subjectOf(grant), compound };
    return appendAudit(trx, entry, this.now());
  }

  private now(): Date {
    return new Date(this.clock.wall());
  }
}

function subjectOf({ camera }: CameraRef): string {
  return `camera ${camera}`;
}

/** From here on the answer is written by hand; what the server says in every header is said here too. */
function openStream(reply: FastifyReply, codec: string): LiveSink {
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...reply.getHeaders(),
    'content-type': `${LIVE_MEDIA_TYPE}; codecs="${codec}"`,
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  } as Record<string, string>);
  raw.flushHeaders();
  raw.socket?.setNoDelay(true);
  return {
    write: (bytes) => void raw.write(bytes),
    get waitingBytes() {
      return raw.writableLength;
    },
    end: () => void raw.end(),
  };
}
