import { idSchema } from '@angrid/contract';
import type { Clock, OwnCertificates } from '@angrid/runtime';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { CloudSettings } from '../config/settings.js';
import type { CloudDatabase } from '../database.js';
import { callerOf } from '../platform/http/caller.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CERTIFICATES, CLOCK, DATABASE, SETTINGS } from '../platform/tokens.js';
import { reasonText } from '../reports/free-text.js';
import { createEnrolmentCode, type EnrolmentCode } from '../sites/enrolment-codes.js';
import { revokeGateway } from '../sites/revoke.js';
import { type GapView, listGaps } from './gaps.js';
import { listGateways } from './gateways.js';
import { changeAs, readAs } from './scoped.js';
import type { GatewayView } from './shapes.js';

const compoundSchema = z.object({ compound: idSchema });
const gapFilterSchema = z.object({ gateway: idSchema.optional() });
const revokeSchema = z.object({ reason: reasonText(500) });

@Controller('api')
export class GatewaysController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: CloudSettings,
    @Inject(CERTIFICATES) private readonly certificates: OwnCertificates,
  ) {}

  @Get('gateways')
  @Route({ permission: 'gateways.read', scope: 'caller', audit: 'none' })
  async gateways(@Req() request: FastifyRequest): Promise<{ gateways: readonly GatewayView[] }> {
    const moment = { now: this.now(), silenceMs: this.settings.gatewaySilence };
    return { gateways: await readAs(this.db, request, (trx) => listGateways(trx, moment)) };
  }

  @Post('gateways/enrolment-codes')
  @HttpCode(200)
  @Route({ permission: 'gateways.manage', scope: 'caller', audit: 'access', body: compoundSchema })
  enrolmentCode(@Req() request: FastifyRequest, @Body() body: unknown): Promise<EnrolmentCode> {
    const { compound } = validated(compoundSchema, body, 'gateways.enrolment-code');
    const wish = { compound, actor: callerOf(request).id, fingerprint: this.certificates.fingerprint };
    return changeAs(this.db, request, (trx) => createEnrolmentCode(trx, wish, this.now()));
  }

  @Post('gateways/:id/revoke')
  @HttpCode(204)
  @Route({ permission: 'gateways.manage', scope: 'caller', audit: 'access', body: revokeSchema })
  revoke(@Req() request: FastifyRequest, @Param('id') id: string, @Body() body: unknown): Promise<void> {
    validated(revokeSchema, body, 'gateways.revoke');
    const gateway = validated(idSchema, id, 'gateways.revoke');
    return changeAs(this.db, request, (trx) => revokeGateway(trx, gateway, this.now()));
  }

  @Get('gaps')
  @Route({ permission: 'gateways.read', scope: 'caller', audit: 'none', query: gapFilterSchema })
  async gaps(@Req() request: FastifyRequest, @Query() query: unknown): Promise<{ gaps: readonly GapView[] }> {
    const { gateway } = validated(gapFilterSchema, query, 'gaps.list');
    return { gaps: await readAs(this.db, request, (trx) => listGaps(trx, gateway)) };
  }

  private now(): Date {
    return new Date(this.clock.wall());
  }
}
