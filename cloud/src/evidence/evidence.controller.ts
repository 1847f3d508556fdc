import { gatewayPaths, hashSchema } from '@angrid/contract';
import { Controller, Head, Headers, HttpCode, Inject, Param, Patch, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { chunksOf, streamedBody } from '../platform/http/body.js';
import { callerOf } from '../platform/http/caller.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import type { Presence } from '../sites/presence.js';
import { PRESENCE } from '../sites/tokens.js';
import { EVIDENCE_UPLOADS } from './tokens.js';
import type { EvidenceUploads } from './upload.js';

const OFFSET = 'upload-offset';
const offsetSchema = z
  .string()
  .regex(/^\d{1,12}$/)
  .transform(Number);

/** Receives the bytes of evidence (contract/paths.ts). */
@Controller()
export class EvidenceController {
  constructor(
    @Inject(EVIDENCE_UPLOADS) private readonly uploads: EvidenceUploads,
    @Inject(PRESENCE) private readonly presence: Presence,
  ) {}

  @Head(gatewayPaths.evidence(':id'))
  @HttpCode(200)
  @Route({ permission: 'gateway', scope: 'caller', audit: 'none' })
  async offset(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') id: string,
  ): Promise<void> {
    const evidence = validated(hashSchema, id, 'evidence.offset');
    void reply.header(OFFSET, String(await this.uploads.offset(callerOf(request), evidence)));
  }

  @Patch(gatewayPaths.evidence(':id'))
  @HttpCode(204)
  @Route({ permission: 'gateway', scope: 'caller', audit: 'none', bodyType: 'application/offset+octet-stream' })
  async add(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('id') id: string,
    @Headers(OFFSET) offset: unknown,
  ): Promise<void> {
    const caller = callerOf(request);
    const part = {
      evidence: validated(hashSchema, id, 'evidence.add'),
      offset: validated(offsetSchema, offset, 'evidence.add'),
      body: chunksOf(streamedBody(request)),
    };
    void reply.header(OFFSET, String(await this.uploads.add(caller, part)));
    await this.presence.saw(caller);
  }
}
