import type { Clock } from '@angrid/runtime';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { systemScope, withScope } from '../platform/database/index.js';
import { callerOf } from '../platform/http/caller.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CLOCK, DATABASE } from '../platform/tokens.js';
import { type Governance, playbookOf } from '../playbooks/governance.js';
import { effectivePlaybook } from '../playbooks/overlays.js';
import { overlaysAt } from '../playbooks/overlay-switches.js';
import { GOVERNANCE } from '../playbooks/tokens.js';
import {
  addChange,
  addShift,
  newChangeSchema,
  newShiftSchema,
  refuseForeign,
  removeChange,
  removeShift,
  type Units,
} from './change-roster.js';
import { instantOf } from './local-time.js';
import { type RosterWeek, rosterWeek } from './roster-view.js';

const weekSchema = z.object({
  unit: z.string().min(1).max(400),
  playbook: z.string().max(48).optional(),
  from: z.iso.date().optional(),
});

/** Who is on duty where, and when nobody is. Within the units of the caller. */
@Controller('api/rosters')
export class RostersController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(GOVERNANCE) private readonly governance: Governance,
  ) {}

  @Get()
  @Route({ permission: 'rosters.read', scope: 'caller', audit: 'none', query: weekSchema })
  week(@Req() request: FastifyRequest, @Query() query: unknown): Promise<RosterWeek> {
    const { unit, playbook: id, from } = validated(weekSchema, query, 'roster.read');
    refuseForeign(unitsOf(request), unit);
    const { zone, workdays } = this.governance;
    const begin = from === undefined ? new Date(this.clock.wall()) : instantOf({ date: from, minute: 0 }, zone);
    return this.within(async (trx) => {
      const named = playbookOf(this.governance, id ?? null);
      const playbook = effectivePlaybook(named, (await overlaysAt(trx, begin))(named.id), begin);
      return rosterWeek(trx, { unit, playbook, from: begin, zone, workdays });
    });
  }

  @Post('shifts')
  @HttpCode(200)
  @Route({ permission: 'rosters.manage', scope: 'caller', audit: 'change', body: newShiftSchema })
  async addShift(@Req() request: FastifyRequest, @Body() body: unknown): Promise<{ id: string }> {
    const shift = validated(newShiftSchema, body, 'roster.shift');
    return { id: await this.within((trx) => addShift(trx, shift, unitsOf(request))) };
  }

  @Delete('shifts/:id')
  @HttpCode(204)
  @Route({ permission: 'rosters.manage', scope: 'caller', audit: 'change' })
  async removeShift(@Req() request: FastifyRequest, @Param('id') id: string): Promise<void> {
    const shift = validated(z.guid(), id, 'roster.shift');
    await this.within((trx) => removeShift(trx, shift, unitsOf(request)));
  }

  @Post('changes')
  @HttpCode(200)
  @Route({ permission: 'rosters.manage', scope: 'caller', audit: 'change', body: newChangeSchema })
  async addChange(@Req() request: FastifyRequest, @Body() body: unknown): Promise<{ id: string }> {
    const change = validated(newChangeSchema, body, 'roster.change');
    const by = { units: unitsOf(request), author: callerOf(request).id };
    return { id: await this.within((trx) => addChange(trx, change, by)) };
  }

  @Delete('changes/:id')
  @HttpCode(204)
  @Route({ permission: 'rosters.manage', scope: 'caller', audit: 'change' })
  async removeChange(@Req() request: FastifyRequest, @Param('id') id: string): Promise<void> {
    const change = validated(z.guid(), id, 'roster.change');
    await this.within((trx) => removeChange(trx, change, unitsOf(request)));
  }

  /** Rosters belong to no compound: the caller's units are checked here. */
  private within<Result>(work: (trx: CloudTransaction) => Promise<Result>): Promise<Result> {
    return withScope(this.db.service, systemScope('rosters'), work);
  }
}

function unitsOf(request: FastifyRequest): Units {
  return callerOf(request).scope.units;
}
