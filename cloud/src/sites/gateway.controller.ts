import {
  type EnrolAnswer,
  enrolRequestSchema,
  gatewayPaths,
  type GatewayToken,
  hashSchema,
  tokenRequestSchema,
} from '@angrid/contract';
import type { Clock, OwnCertificates } from '@angrid/runtime';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CloudDatabase } from '../database.js';
import { systemScope, withScope } from '../platform/database/index.js';
import { callerOf } from '../platform/http/caller.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CERTIFICATES, CLOCK, DATABASE } from '../platform/tokens.js';
import { enrol } from './enrol.js';
import { renewToken } from './gateway-tokens.js';
import { type Trace, traceAlert } from './trace.js';

/** How a gateway joins and stays, and what it may ask about its own alerts. */
@Controller()
export class GatewayController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CERTIFICATES) private readonly certificates: OwnCertificates,
  ) {}

  @Post(gatewayPaths.enrol)
  @HttpCode(200)
  @Route({ permission: 'public', scope: 'system', audit: 'access', body: enrolRequestSchema })
  enrol(@Body() body: unknown): Promise<EnrolAnswer> {
    const { db, clock, certificates } = this;
    return enrol({ db, clock, certificates }, validated(enrolRequestSchema, body, 'sites.enrol'));
  }

  @Post(gatewayPaths.token)
  @HttpCode(200)
  @Route({ permission: 'public', scope: 'system', audit: 'access', body: tokenRequestSchema })
  token(@Body() body: unknown): Promise<GatewayToken> {
    const request = validated(tokenRequestSchema, body, 'sites.token');
    const now = new Date(this.clock.wall());
    return withScope(this.db.service, systemScope('gateway-token'), (trx) => renewToken(trx, request, now));
  }

  @Get('/v1/gateway/traces/:alert')
  @Route({ permission: 'gateway', scope: 'caller', audit: 'none' })
  trace(@Req() request: FastifyRequest, @Param('alert') alert: string): Promise<Trace> {
    const { id, scope } = callerOf(request);
    const subject = validated(hashSchema, alert, 'sites.trace');
    return withScope(this.db.service, scope, (trx) => traceAlert(trx, id, subject));
  }
}
