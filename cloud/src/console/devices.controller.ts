import { idSchema } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { Body, Controller, Get, HttpCode, Inject, Param, Put, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { CloudDatabase } from '../database.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CLOCK, DATABASE } from '../platform/tokens.js';
import { deviceEvents, eventFilterSchema, type EventPage } from './device-events.js';
import {
  deviceFilterSchema,
  type DeviceRef,
  type DeviceView,
  listDevices,
  putDeviceAt,
  requireDevice,
  setDoorCameras,
} from './devices.js';
import { doorFilterSchema, listDoors } from './doors.js';
import { changeAs, readAs } from './scoped.js';
import type { DoorView } from './shapes.js';

const refSchema = z.object({ compound: idSchema, device: idSchema });
const placeSchema = z.object({ place: idSchema });
const camerasSchema = z.object({ cameras: z.array(idSchema).max(64) });

@Controller('api')
export class DevicesController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('doors')
  @Route({ permission: 'devices.read', scope: 'caller', audit: 'none', query: doorFilterSchema })
  async doors(@Req() request: FastifyRequest, @Query() query: unknown): Promise<{ doors: readonly DoorView[] }> {
    const filter = validated(doorFilterSchema, query, 'doors.list');
    return { doors: await readAs(this.db, request, (trx) => listDoors(trx, filter, this.now())) };
  }

  @Get('devices')
  @Route({ permission: 'devices.read', scope: 'caller', audit: 'none', query: deviceFilterSchema })
  async devices(@Req() request: FastifyRequest, @Query() query: unknown): Promise<{ devices: readonly DeviceView[] }> {
    const filter = validated(deviceFilterSchema, query, 'devices.list');
    return { devices: await readAs(this.db, request, (trx) => listDevices(trx, filter, this.now())) };
  }

  @Get('devices/:compound/:device/events')
  @Route({ permission: 'devices.read', scope: 'caller', audit: 'read', query: eventFilterSchema })
  events(@Req() request: FastifyRequest, @Param() path: unknown, @Query() query: unknown): Promise<EventPage> {
    const ref = this.ref(path);
    const filter = validated(eventFilterSchema, query, 'devices.events');
    return readAs(this.db, request, async (trx) => {
      await requireDevice(trx, ref, this.now());
      return deviceEvents(trx, ref, filter);
    });
  }

  @Put('devices/:compound/:device/place')
  @HttpCode(200)
  @Route({ permission: 'devices.link', scope: 'caller', audit: 'change', body: placeSchema })
  async place(@Req() request: FastifyRequest, @Param() path: unknown, @Body() body: unknown): Promise<object> {
    const ref = this.ref(path);
    const { place } = validated(placeSchema, body, 'devices.place');
    await changeAs(this.db, request, (trx) => putDeviceAt(trx, ref, place, this.now()));
    return {};
  }

  @Put('doors/:compound/:device/cameras')
  @HttpCode(200)
  @Route({ permission: 'devices.link', scope: 'caller', audit: 'change', body: camerasSchema })
  async cameras(@Req() request: FastifyRequest, @Param() path: unknown, @Body() body: unknown): Promise<object> {
    const ref = this.ref(path);
    const { cameras } = validated(camerasSchema, body, 'doors.cameras');
    await changeAs(this.db, request, (trx) => setDoorCameras(trx, ref, cameras, this.now()));
    return {};
  }

  private ref(path: unknown): DeviceRef {
    return validated(refSchema, path, 'devices.read');
  }

  private now(): Date {
    return new Date(this.clock.wall());
  }
}
