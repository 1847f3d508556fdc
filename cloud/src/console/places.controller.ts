import { idSchema, shortText } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { callerOf } from '../platform/http/caller.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CLOCK, DATABASE } from '../platform/tokens.js';
import type { Governance } from '../playbooks/governance.js';
import { GOVERNANCE } from '../playbooks/tokens.js';
import { levelsOf } from '../units/levels.js';
import { createPlace, newPlaceSchema, updatePlace } from '../units/places.js';
import { createUnit, newUnitSchema, type Unit } from '../units/units.js';
import { listPlaces, type PlaceView } from './places.js';
import { changeAs, readAs } from './scoped.js';
import { listTrees, type TreeView } from './units.js';

const filterSchema = z.object({ compound: idSchema.optional() });
const refSchema = z.object({ compound: idSchema, place: idSchema });
const changeSchema = z.object({
  name: shortText.min(1).optional(),
  unit: idSchema.optional(),
  /** The other places of the compound in the unit's tree go with it. */
  together: z.boolean().optional(),
});

@Controller('api')
export class PlacesController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(GOVERNANCE) private readonly governance: Governance,
  ) {}

  @Get('units')
  @Route({ permission: 'units.read', scope: 'caller', audit: 'none' })
  async units(@Req() request: FastifyRequest): Promise<{ trees: readonly TreeView[] }> {
    const everything = callerOf(request).scope.units === 'all' && callerOf(request).permissions.has('devices.link');
    const wish = {
      everything,
      levelsOf: (tree: Pick<TreeView, 'id' | 'purpose'>) => levelsOf(this.governance, tree),
    };
    return { trees: await readAs(this.db, request, (trx) => listTrees(trx, wish)) };
  }

  @Post('units')
  @HttpCode(200)
  @Route({ permission: 'compounds.manage', scope: 'caller', audit: 'change', body: newUnitSchema })
  addUnit(@Req() request: FastifyRequest, @Body() body: unknown): Promise<Unit> {
    const unit = validated(newUnitSchema, body, 'units.create');
    const writing = { now: this.now(), actor: callerOf(request).id };
    return changeAs(this.db, request, (trx) => createUnit(trx, unit, writing));
  }

  @Get('places')
  @Route({ permission: 'units.read', scope: 'caller', audit: 'none', query: filterSchema })
  async places(@Req() request: FastifyRequest, @Query() query: unknown): Promise<{ places: readonly PlaceView[] }> {
    const filter = validated(filterSchema, query, 'places.list');
    return { places: await readAs(this.db, request, (trx) => listPlaces(trx, filter, this.now())) };
  }

  @Post('places')
  @HttpCode(200)
  @Route({ permission: 'devices.link', scope: 'caller', audit: 'change', body: newPlaceSchema })
  add(@Req() request: FastifyRequest, @Body() body: unknown): Promise<PlaceView> {
    const place = validated(newPlaceSchema, body, 'places.create');
    return changeAs(this.db, request, async (trx) => {
      const id = await createPlace(trx, place, this.now());
      return this.read(trx, place.compound, id);
    });
  }

  @Put('places/:compound/:place')
  @HttpCode(200)
  @Route({ permission: 'devices.link', scope: 'caller', audit: 'change', body: changeSchema })
  change(@Req() request: FastifyRequest, @Param() path: unknown, @Body() body: unknown): Promise<PlaceView> {
    const { compound, place } = validated(refSchema, path, 'places.change');
    const change = validated(changeSchema, body, 'places.change');
    return changeAs(this.db, request, async (trx) => {
      await updatePlace(trx, { compound, place, ...change }, this.now());
      return this.read(trx, compound, place);
    });
  }

  private async read(trx: CloudTransaction, compound: string, place: string): Promise<PlaceView> {
    const [view] = await listPlaces(trx, { compound, place }, this.now());
    if (view) return view;
    throw new TypeError('a place that was written is not seen by its writer');
  }

  private now(): Date {
    return new Date(this.clock.wall());
  }
}
