import type { Clock } from '@angrid/runtime';
import { Controller, Get, Inject, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CloudSettings } from '../config/settings.js';
import type { CloudDatabase } from '../database.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CLOCK, DATABASE, SETTINGS } from '../platform/tokens.js';
import { alertFilterSchema, type AlertPage, listAlerts } from './alerts.js';
import { incidentFilterSchema, type IncidentPage, listIncidents } from './incidents.js';
import { type Overview, overviewOf } from './overview.js';
import { readAs } from './scoped.js';

@Controller('api')
export class IncidentsController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: CloudSettings,
  ) {}

  @Get('overview')
  @Route({ permission: 'gateways.read', scope: 'caller', audit: 'none' })
  overview(@Req() request: FastifyRequest): Promise<Overview> {
    const moment = { now: new Date(this.clock.wall()), silenceMs: this.settings.gatewaySilence };
    return readAs(this.db, request, (trx) => overviewOf(trx, moment));
  }

  @Get('alerts')
  @Route({ permission: 'incidents.read', scope: 'caller', audit: 'none' })
  alerts(@Req() request: FastifyRequest, @Query() query: unknown): Promise<AlertPage> {
    const filter = validated(alertFilterSchema, query, 'alerts.list');
    return readAs(this.db, request, (trx) => listAlerts(trx, filter));
  }

  @Get('incidents')
  @Route({ permission: 'incidents.read', scope: 'caller', audit: 'none' })
  incidents(@Req() request: FastifyRequest, @Query() query: unknown): Promise<IncidentPage> {
    const filter = validated(incidentFilterSchema, query, 'incidents.list');
    return readAs(this.db, request, (trx) => listIncidents(trx, filter));
  }
}
