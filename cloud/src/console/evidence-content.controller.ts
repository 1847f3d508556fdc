import { createReadStream } from 'node:fs';
import { AnGridError, hashSchema } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { appendAudit } from '../audit/audit-log.js';
import type { CloudDatabase } from '../database.js';
import type { EvidenceFiles } from '../evidence/evidence-files.js';
import { EVIDENCE_FILES } from '../evidence/tokens.js';
import { callerOf } from '../platform/http/caller.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CLOCK, DATABASE } from '../platform/tokens.js';
import { requestEvidence } from '../sites/request-evidence.js';
import { byteRange } from './byte-range.js';
import { type Grant, grantEvidence, grantSchema, openEvidence, type OpenedEvidence } from './evidence-opening.js';
import { changeAs } from './scoped.js';

const idSchema = z.guid();
const grantOf = z.object({ grant: z.guid() });
const fetchSchema = z.object({ grantId: z.guid() });

/**
 * Opening evidence: a reason first, then the bytes. Grant and each opening go into the audit log in the transaction
 * that allows them: what cannot be logged is not opened.
 */
@Controller('api')
export class EvidenceContentController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(EVIDENCE_FILES) private readonly files: EvidenceFiles,
  ) {}

  @Post('incidents/:id/evidence-grants')
  @HttpCode(200)
  @Route({ permission: 'evidence.open', scope: 'caller', audit: 'evidence', recordedBy: 'handler', body: grantSchema })
  async grant(@Req() request: FastifyRequest, @Param('id') id: string, @Body() body: unknown): Promise<Grant> {
    const { reason } = validated(grantSchema, body ?? {}, 'evidence.grant');
    const incident = validated(idSchema, id, 'evidence.grant');
    const { id: account, role } = callerOf(request);
    const now = new Date(this.clock.wall());
    return changeAs(this.db, request, async (trx) => {
      const { compound, ...grant } = await grantEvidence(trx, { incident, account, reason }, now);
      const entry = { actor: account, role, action: 'evidence.grant', auditClass: 'evidence', reason };
      await appendAudit(trx, { ...entry, subject: `incident ${incident}`, compound }, now);
      return grant;
    });
  }

  @Get('evidence/:id/content')
  @Route({
    permission: 'evidence.open',
    scope: 'caller',
    audit: 'evidence',
    recordedBy: 'handler',
    query: grantOf,
    answerType: '*/*',
  })
  async content(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('id') id: string,
    @Query() query: unknown,
  ): Promise<void> {
    const piece = await this.open(request, id, this.grantIn(query, id));
    const size = piece.complete ? await this.files.wholeBytes(piece) : undefined;
    if (size === undefined) throw new AnGridError('evidence.incomplete', { op: 'evidence.open', subject: id });
    const part = byteRange(request.headers.range, size);
    asPicture(reply, piece.mediaType).header('accept-ranges', 'bytes');
    if (part === 'unsatisfiable') {
      void reply.status(416).header('content-range', `bytes */${size}`).send();
      return;
    }
    const { start, end } = part ?? { start: 0, end: size - 1 };
    if (part) reply.status(206).header('content-range', `bytes ${start}-${end}/${size}`);
    reply.header('content-length', end - start + 1);
    void reply.send(createReadStream(this.files.fileOf(piece), { start, end }));
  }

  @Get('evidence/:id/thumbnail')
  @Route({
    permission: 'evidence.open',
    scope: 'caller',
    audit: 'evidence',
    recordedBy: 'handler',
    query: grantOf,
    answerType: 'image/jpeg',
  })
  async thumbnail(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Param('id') id: string,
    @Query() query: unknown,
  ): Promise<void> {
    const { thumbnail } = await this.open(request, id, this.grantIn(query, id), 'evidence.thumbnail');
    if (!thumbnail) throw new AnGridError('subject.not-found', { op: 'evidence.thumbnail', subject: id });
    void asPicture(reply, 'image/jpeg').send(thumbnail);
  }

  @Post('evidence/:id/fetch')
  @HttpCode(202)
  @Route({ permission: 'evidence.open', scope: 'caller', audit: 'evidence', recordedBy: 'handler', body: fetchSchema })
  async fetch(
    @Req() request: FastifyRequest,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<{ commandId: string }> {
    const { grantId } = validated(fetchSchema, body, 'evidence.fetch');
    return this.request(request, await this.open(request, id, grantId));
  }

  @Post('evidence/:id/original')
  @HttpCode(202)
  @Route({
    permission: 'evidence.original',
    scope: 'caller',
    audit: 'evidence',
    recordedBy: 'handler',
    body: fetchSchema,
  })
  async original(
    @Req() request: FastifyRequest,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<{ commandId: string }> {
    const { grantId } = validated(fetchSchema, body, 'evidence.original');
    const piece = await this.open(request, id, grantId, 'evidence.original');
    if (!piece.hasOriginal) throw new AnGridError('subject.not-found', { op: 'evidence.original', subject: id });
    return this.request(request, piece, { original: true });
  }

  private async request(
    request: FastifyRequest,
    { evidence, grant: id, reason, expiresAt }: OpenedEvidence,
    what: { readonly original?: true } = {},
  ): Promise<{ commandId: string }> {
    const { id: actor, role } = callerOf(request);
    const asked = { evidence, actor, grant: { id, reason, role, expiresAt }, ...what };
    const now = new Date(this.clock.wall());
    return { commandId: await changeAs(this.db, request, (trx) => requestEvidence(trx, asked, now)) };
  }

  private grantIn(query: unknown, evidence: string): string {
    const parsed = grantOf.safeParse(query);
    if (parsed.success) return parsed.data.grant;
    throw new AnGridError('evidence.reason-required', { op: 'evidence.open', subject: evidence });
  }

  private async open(
    request: FastifyRequest,
    id: string,
    grant: string,
    action = 'evidence.open',
  ): Promise<OpenedEvidence> {
    const evidence = validated(hashSchema, id, 'evidence.open');
    const { id: account, role } = callerOf(request);
    const now = new Date(this.clock.wall());
    return changeAs(this.db, request, async (trx) => {
      const piece = await openEvidence(trx, { evidence, grant, account }, now);
      const { compound, reason } = piece;
      const entry = { actor: account, role, action, auditClass: 'evidence', reason };
      await appendAudit(trx, { ...entry, subject: `evidence ${evidence}`, compound }, now);
      return piece;
    });
  }
}

/** Shown where it is, never kept, and never anything but a picture. */
function asPicture(reply: FastifyReply, mediaType: string): FastifyReply {
  reply.header('cache-control', 'no-store').header('content-disposition', 'inline').type(mediaType);
  return reply.header('content-security-policy', "default-src 'none'; sandbox");
}
