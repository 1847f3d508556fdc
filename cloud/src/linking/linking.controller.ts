import type { Clock } from '@angrid/runtime';
import { Body, Controller, Get, HttpCode, Inject, Param, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { changeAs, readAs } from '../console/scoped.js';
import type { CloudDatabase } from '../database.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CLOCK, DATABASE } from '../platform/tokens.js';
import { deviceIsAt, deviceWhereSchema, placeIsAt, placeWhereSchema, subjectSchema } from './positions.js';
import { unlinked, type Unlinked } from './unlinked.js';

/** What finds the unit of a place or a device, and what has found none. */
@Controller('api')
export class LinkingController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('linking')
  @Route({ permission: 'devices.link', scope: 'caller', audit: 'none' })
  list(@Req() request: FastifyRequest): Promise<Unlinked> {
    return readAs(this.db, request, (trx) => unlinked(trx, this.now()));
  }

  @Put('places/:compound/:id/position')
  @HttpCode(200)
  @Route({ permission: 'devices.link', scope: 'caller', audit: 'change', body: placeWhereSchema })
  async place(@Req() request: FastifyRequest, @Param() path: unknown, @Body() body: unknown): Promise<object> {
    const subject = validated(subjectSchema, path, 'places.position');
    const where = validated(placeWhereSchema, body, 'places.position');
    await changeAs(this.db, request, (trx) => placeIsAt(trx, subject, where, this.now()));
    return {};
  }

  @Put('devices/:compound/:id/position')
  @HttpCode(200)
  @Route({ permission: 'devices.link', scope: 'caller', audit: 'change', body: deviceWhereSchema })
  async device(@Req() request: FastifyRequest, @Param() path: unknown, @Body() body: unknown): Promise<object> {
    const subject = validated(subjectSchema, path, 'devices.position');
    const where = validated(deviceWhereSchema, body, 'devices.position');
    await changeAs(this.db, request, (trx) => deviceIsAt(trx, subject, where, this.now()));
    return {};
  }

  private now(): Date {
    return new Date(this.clock.wall());
  }
}
