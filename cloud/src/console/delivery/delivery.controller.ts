import { idSchema } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { Controller, Get, Inject, Param, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { CloudSettings } from '../../config/settings.js';
import type { CloudDatabase } from '../../database.js';
import { Route } from '../../platform/http/route.js';
import { validated } from '../../platform/http/validated.js';
import { CLOCK, DATABASE, SETTINGS } from '../../platform/tokens.js';
import { requireDevice } from '../devices.js';
import { readAs } from '../scoped.js';
import { deliveryFilterSchema, deviceDelivery } from './device-delivery.js';
import { listOutages, outageFilterSchema, type OutagePage } from './outages.js';
import type { DeliveryView } from './views.js';

const refSchema = z.object({ compound: idSchema, device: idSchema });

@Controller('api')
export class DeliveryController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: CloudSettings,
  ) {}

  @Get('devices/:compound/:device/delivery')
  @Route({ permission: 'devices.read', scope: 'caller', audit: 'none', query: deliveryFilterSchema })
  delivery(@Req() request: FastifyRequest, @Param() path: unknown, @Query() query: unknown): Promise<DeliveryView> {
    const ref = validated(refSchema, path, 'devices.delivery');
    const { hours } = validated(deliveryFilterSchema, query, 'devices.delivery');
    const now = this.now();
    return readAs(this.db, request, async (trx) => {
      await requireDevice(trx, ref, now);
      return deviceDelivery(trx, ref, { now, silenceMs: this.settings.gatewaySilence, hours });
    });
  }

  @Get('outages')
  @Route({ permission: 'devices.read', scope: 'caller', audit: 'none', query: outageFilterSchema })
  outages(@Req() request: FastifyRequest, @Query() query: unknown): Promise<OutagePage> {
    const filter = validated(outageFilterSchema, query, 'outages.list');
    return readAs(this.db, request, (trx) => listOutages(trx, filter, this.now()));
  }

  private now(): Date {
    return new Date(this.clock.wall());
  }
}
