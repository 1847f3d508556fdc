import type { Clock } from '@angrid/runtime';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { changeAs, readAs } from '../console/scoped.js';
import type { CloudDatabase } from '../database.js';
import { callerOf } from '../platform/http/caller.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CLOCK, DATABASE } from '../platform/tokens.js';
import type { Governance } from '../playbooks/governance.js';
import { GOVERNANCE } from '../playbooks/tokens.js';
import {
  answerTask,
  type CareTaskView,
  consents,
  consentSchema,
  type ConsentView,
  doneSchema,
  openTasks,
  recordConsent,
  revokeConsent,
} from './care.js';

/** Households that want to be looked after: for grid members of their unit alone. */
@Controller('api/care')
export class CareController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(GOVERNANCE) private readonly governance: Governance,
  ) {}

  @Get()
  @Route({ permission: 'care.keep', scope: 'caller', audit: 'read' })
  list(@Req() request: FastifyRequest): Promise<{ tasks: readonly CareTaskView[]; consents: readonly ConsentView[] }> {
    return readAs(this.db, request, async (trx) => ({ tasks: await openTasks(trx), consents: await consents(trx) }));
  }

  @Post('consents')
  @HttpCode(200)
  @Route({ permission: 'care.keep', scope: 'caller', audit: 'change', body: consentSchema })
  async record(@Req() request: FastifyRequest, @Body() body: unknown): Promise<{ id: string }> {
    const consent = validated(consentSchema, body, 'care.record');
    const { id: account } = callerOf(request);
    const parts = { governance: this.governance, now: this.now() };
    return { id: await changeAs(this.db, request, (trx) => recordConsent(trx, { consent, account }, parts)) };
  }

  @Post('consents/:id/revoke')
  @HttpCode(204)
  @Route({ permission: 'care.keep', scope: 'caller', audit: 'change' })
  async revoke(@Req() request: FastifyRequest, @Param('id') id: string): Promise<void> {
    const consent = { id: validated(z.guid(), id, 'care.revoke'), account: callerOf(request).id };
    await changeAs(this.db, request, (trx) => revokeConsent(trx, consent, this.now()));
  }

  @Post('tasks/:id')
  @HttpCode(204)
  @Route({ permission: 'care.keep', scope: 'caller', audit: 'change', body: doneSchema })
  async answer(@Req() request: FastifyRequest, @Param('id') id: string, @Body() body: unknown): Promise<void> {
    const { outcome } = validated(doneSchema, body, 'care.answer');
    const task = { id: validated(z.guid(), id, 'care.answer'), outcome, account: callerOf(request).id };
    await changeAs(this.db, request, (trx) => answerTask(trx, task, this.now()));
  }

  private now(): Date {
    return new Date(this.clock.wall());
  }
}
