import { AnGridError } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { changeAs, readAs } from '../console/scoped.js';
import type { CloudDatabase } from '../database.js';
import { callerOf } from '../platform/http/caller.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CLOCK, DATABASE } from '../platform/tokens.js';
import { refuseForeign } from '../rosters/change-roster.js';
import { addList, endList, newListSchema, patrolsOf, type PatrolView, signRound, signSchema } from './patrols.js';

const daySchema = z.object({ date: z.iso.date().optional() });

/** Rounds that a person looks through at set times and signs; a missed one is shown as missed. */
@Controller('api/patrols')
export class PatrolsController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Route({ permission: 'patrols.read', scope: 'caller', audit: 'none', query: daySchema })
  async list(@Req() request: FastifyRequest, @Query() query: unknown): Promise<{ patrols: readonly PatrolView[] }> {
    const { date } = validated(daySchema, query, 'patrol.list');
    return { patrols: await readAs(this.db, request, (trx) => patrolsOf(trx, { date }, this.now())) };
  }

  @Post()
  @HttpCode(200)
  @Route({ permission: 'patrols.manage', scope: 'caller', audit: 'change', body: newListSchema })
  async add(@Req() request: FastifyRequest, @Body() body: unknown): Promise<{ id: string }> {
    const list = validated(newListSchema, body, 'patrol.add');
    const { id: author, scope } = callerOf(request);
    if (list.unit !== null) refuseForeign(scope.units, list.unit);
    else if (scope.units !== 'all') throw new AnGridError('input.invalid', { op: 'patrol.add', detail: 'unit' });
    return { id: await changeAs(this.db, request, (trx) => addList(trx, list, { author, now: this.now() })) };
  }

  @Post(':id/end')
  @HttpCode(204)
  @Route({ permission: 'patrols.manage', scope: 'caller', audit: 'change' })
  async end(@Req() request: FastifyRequest, @Param('id') id: string): Promise<void> {
    const list = validated(z.guid(), id, 'patrol.end');
    await changeAs(this.db, request, (trx) => endList(trx, list, this.now()));
  }

  /** The account of the session and the clock of the cloud are the signature. */
  @Post(':id/rounds')
  @HttpCode(204)
  @Route({ permission: 'patrols.sign', scope: 'caller', audit: 'change', body: signSchema })
  async sign(@Req() request: FastifyRequest, @Param('id') id: string, @Body() body: unknown): Promise<void> {
    const list = validated(z.guid(), id, 'patrol.sign');
    const { seen } = validated(signSchema, body, 'patrol.sign');
    const { id: account } = callerOf(request);
    await changeAs(this.db, request, (trx) => signRound(trx, { list, seen, account }, this.now()));
  }

  private now(): Date {
    return new Date(this.clock.wall());
  }
}
