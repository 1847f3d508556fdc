import { idSchema } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { changeAs, readAs } from '../console/scoped.js';
import type { CloudDatabase } from '../database.js';
import { readBody, streamedBody } from '../platform/http/body.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CLOCK, DATABASE } from '../platform/tokens.js';
import {
  addFloorPlan,
  type FloorPlan,
  hangDevice,
  listFloorPlans,
  newPlanSchema,
  pictureOfPlan,
  planRefSchema,
  removeFloorPlan,
  requireRoomForPlan,
  spotRefSchema,
  spotSchema,
} from './floor-plans.js';
import { MOST_PLAN_BYTES, planPicture } from './plan-picture.js';

const filterSchema = z.object({ compound: idSchema.optional() });

/** Floor plans of compounds, and where on them devices hang. */
@Controller('api')
export class FloorPlansController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('floor-plans')
  @Route({ permission: 'devices.read', scope: 'caller', audit: 'none', query: filterSchema })
  async list(@Req() request: FastifyRequest, @Query() query: unknown): Promise<{ plans: readonly FloorPlan[] }> {
    const filter = validated(filterSchema, query, 'floor-plan.list');
    return { plans: await readAs(this.db, request, (trx) => listFloorPlans(trx, filter, this.now())) };
  }

  /** The body is the picture. */
  @Post('floor-plans')
  @HttpCode(200)
  @Route({
    permission: 'devices.link',
    scope: 'caller',
    audit: 'change',
    query: newPlanSchema,
    bodyType: 'application/octet-stream',
  })
  async add(@Req() request: FastifyRequest, @Query() query: unknown): Promise<{ id: string }> {
    const plan = validated(newPlanSchema, query, 'floor-plan.add');
    await readAs(this.db, request, (trx) => requireRoomForPlan(trx, plan.compound));
    const sent = await readBody(streamedBody(request), { encoding: undefined, limit: MOST_PLAN_BYTES });
    const drawn = { picture: await planPicture(sent), now: this.now() };
    return { id: await changeAs(this.db, request, (trx) => addFloorPlan(trx, plan, drawn)) };
  }

  @Get('floor-plans/:compound/:plan/picture')
  @Route({ permission: 'devices.read', scope: 'caller', audit: 'none', answerType: '*/*' })
  async picture(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Param() path: unknown): Promise<void> {
    const ref = validated(planRefSchema, path, 'floor-plan.read');
    const { mediaType, bytes } = await readAs(this.db, request, (trx) => pictureOfPlan(trx, ref, this.now()));
    void reply.header('content-security-policy', "default-src 'none'; sandbox").type(mediaType).send(bytes);
  }

  @Delete('floor-plans/:compound/:plan')
  @HttpCode(204)
  @Route({ permission: 'devices.link', scope: 'caller', audit: 'change' })
  async remove(@Req() request: FastifyRequest, @Param() path: unknown): Promise<void> {
    const ref = validated(planRefSchema, path, 'floor-plan.remove');
    await changeAs(this.db, request, (trx) => removeFloorPlan(trx, ref));
  }

  @Put('devices/:compound/:device/spot')
  @HttpCode(200)
  @Route({ permission: 'devices.link', scope: 'caller', audit: 'change', body: spotSchema })
  async hang(@Req() request: FastifyRequest, @Param() path: unknown, @Body() body: unknown): Promise<object> {
    const device = validated(spotRefSchema, path, 'floor-plan.hang');
    const { spot } = validated(spotSchema, body, 'floor-plan.hang');
    await changeAs(this.db, request, (trx) => hangDevice(trx, device, { spot, now: this.now() }));
    return {};
  }

  private now(): Date {
    return new Date(this.clock.wall());
  }
}
