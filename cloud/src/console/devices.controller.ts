import type { Clock } from '@angrid/runtime';
import { Controller, Get, Inject, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CloudDatabase } from '../database.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CLOCK, DATABASE } from '../platform/tokens.js';
import { doorFilterSchema, listDoors } from './doors.js';
import { readAs } from './scoped.js';
import type { DoorView } from './shapes.js';

@Controller('api')
export class DevicesController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('doors')
  @Route({ permission: 'devices.read', scope: 'caller', audit: 'none' })
  async doors(@Req() request: FastifyRequest, @Query() query: unknown): Promise<{ doors: readonly DoorView[] }> {
    const filter = validated(doorFilterSchema, query, 'doors.list');
    return { doors: await readAs(this.db, request, (trx) => listDoors(trx, filter, new Date(this.clock.wall()))) };
  }
}
