import { AnGridError } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { Body, Controller, Get, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
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
import { refuseForeign } from '../rosters/change-roster.js';
import { localMoment } from '../rosters/local-time.js';
import { addVisit, closeDay, type DailyList, dailyList, type DayOf, visitSchema } from './daily-list.js';

const daySchema = z.object({ unit: z.string().min(1).max(400).optional(), date: z.iso.date().optional() });
const closeSchema = z.strictObject({
  unit: z.string().min(1).max(400),
  date: z.iso.date(),
  text: z.string().trim().min(4).max(4000),
});

/** The day's list of a district, and the summary that closes it. Within the units of the caller. */
@Controller('api/daily-list')
export class DailyController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(GOVERNANCE) private readonly governance: Governance,
  ) {}

  @Get()
  @Route({ permission: 'daily.keep', scope: 'caller', audit: 'none', query: daySchema })
  list(@Req() request: FastifyRequest, @Query() query: unknown): Promise<DailyList> {
    const of = this.dayOf(request, validated(daySchema, query, 'day.read'));
    return readAs(this.db, request, (trx) => dailyList(trx, of, this.now()));
  }

  @Post('visits')
  @HttpCode(200)
  @Route({ permission: 'daily.keep', scope: 'caller', audit: 'change', body: visitSchema })
  async visit(@Req() request: FastifyRequest, @Body() body: unknown): Promise<{ id: string }> {
    const visit = validated(visitSchema, body, 'visit.add');
    const { id: account } = callerOf(request);
    return { id: await changeAs(this.db, request, (trx) => addVisit(trx, { visit, account }, this.now())) };
  }

  @Post('close')
  @HttpCode(200)
  @Route({ permission: 'daily.keep', scope: 'caller', audit: 'change', body: closeSchema })
  close(@Req() request: FastifyRequest, @Body() body: unknown): Promise<DailyList> {
    const { text, ...asked } = validated(closeSchema, body, 'day.close');
    const of = this.dayOf(request, asked);
    const { id: account } = callerOf(request);
    return changeAs(this.db, request, async (trx) => {
      await closeDay(trx, { of, text, account }, this.now());
      return dailyList(trx, of, this.now());
    });
  }

  /** Of the caller's own unit, where none is named. */
  private dayOf(request: FastifyRequest, { unit: named, date }: z.infer<typeof daySchema>): DayOf {
    const { units } = callerOf(request).scope;
    const unit = named ?? (units === 'all' ? undefined : units[0]);
    if (unit === undefined) throw new AnGridError('auth.forbidden', { op: 'day.read', detail: 'no unit' });
    refuseForeign(units, unit);
    const { zone } = this.governance;
    return { unit, date: date ?? localMoment(this.now(), zone).date, zone };
  }

  private now(): Date {
    return new Date(this.clock.wall());
  }
}
