import type { Clock } from '@angrid/runtime';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { sessionOf } from '../accounts/session-principal.js';
import type { CloudSettings } from '../config/settings.js';
import { actOnIncident } from '../correlation/act-on-incident.js';
import { incidentActions } from '../correlation/incident-states.js';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { answerLeg, legAnswers } from '../dispatch/answer-legs.js';
import { markReceived, newlyReceived, type Reception } from '../dispatch/leg-delivery.js';
import { keySchema } from '../playbooks/fields.js';
import type { Governance } from '../playbooks/governance.js';
import { GOVERNANCE } from '../playbooks/tokens.js';
import { callerOf } from '../platform/http/caller.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CLOCK, DATABASE, SETTINGS } from '../platform/tokens.js';
import { alertFilterSchema, type AlertPage, listAlerts } from './alerts.js';
import { type IncidentDetail, incidentDetail } from './incident-detail.js';
import { incidentFilterSchema, type IncidentPage, listIncidents } from './incidents.js';
import { type Overview, overviewOf } from './overview.js';
import { changeAs, readAs } from './scoped.js';
import type { IncidentView } from './shapes.js';

const idSchema = z.guid();

const actionSchema = z.object({
  action: z.enum(incidentActions),
  note: z.string().max(2000).optional(),
  version: z.number().int().positive(),
  to: z
    .union([
      z.strictObject({ duty: keySchema, unit: z.enum(['own', 'parent']) }),
      z.strictObject({ department: keySchema, unit: z.enum(['own', 'parent']) }),
    ])
    .optional(),
  units: z.array(z.string().min(1).max(400)).max(16).optional(),
  deadline: z.coerce.date().optional(),
});

const legAnswerSchema = z.object({ answer: z.enum(legAnswers), note: z.string().max(2000).optional() });

@Controller('api')
export class IncidentsController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: CloudSettings,
    @Inject(GOVERNANCE) private readonly governance: Governance,
  ) {}

  @Get('overview')
  @Route({ permission: 'gateways.read', scope: 'caller', audit: 'none' })
  overview(@Req() request: FastifyRequest): Promise<Overview> {
    const moment = { now: new Date(this.clock.wall()), silenceMs: this.settings.gatewaySilence };
    return readAs(this.db, request, (trx) => overviewOf(trx, moment));
  }

  @Get('alerts')
  @Route({ permission: 'incidents.read', scope: 'caller', audit: 'none', query: alertFilterSchema })
  alerts(@Req() request: FastifyRequest, @Query() query: unknown): Promise<AlertPage> {
    const filter = validated(alertFilterSchema, query, 'alerts.list');
    return readAs(this.db, request, (trx) => listAlerts(trx, filter));
  }

  @Get('incidents')
  @Route({ permission: 'incidents.read', scope: 'caller', audit: 'none', query: incidentFilterSchema })
  async incidents(@Req() request: FastifyRequest, @Query() query: unknown): Promise<IncidentPage> {
    const filter = validated(incidentFilterSchema, query, 'incidents.list');
    const page = await readAs(this.db, request, (trx) => listIncidents(trx, filter));
    await this.given(request, page.incidents, 'delivered');
    return page;
  }

  @Get('incidents/:id')
  @Route({ permission: 'incidents.read', scope: 'caller', audit: 'none' })
  async incident(@Req() request: FastifyRequest, @Param('id') id: string): Promise<IncidentDetail> {
    const incident = validated(idSchema, id, 'incident.read');
    const detail = await readAs(this.db, request, (trx) => this.detail(trx, request, incident));
    await this.given(request, [detail], 'read');
    return detail;
  }

  @Post('incidents/:id/actions')
  @HttpCode(200)
  @Route({ permission: 'incidents.act', scope: 'caller', audit: 'change', body: actionSchema })
  act(@Req() request: FastifyRequest, @Param('id') id: string, @Body() body: unknown): Promise<IncidentDetail> {
    const incident = validated(idSchema, id, 'incident.act');
    const wish = validated(actionSchema, body, 'incident.act');
    const acting = { person: sessionOf(request).account, now: this.now(), governance: this.governance };
    return changeAs(this.db, request, async (trx) => {
      await actOnIncident(trx, { incident, ...wish }, acting);
      return this.detail(trx, request, incident);
    });
  }

  @Post('incidents/:id/legs/:leg/answers')
  @HttpCode(200)
  @Route({ permission: 'incidents.act', scope: 'caller', audit: 'change', body: legAnswerSchema })
  answerLeg(@Req() request: FastifyRequest, @Param() params: unknown, @Body() body: unknown): Promise<IncidentDetail> {
    const { id: incident, leg } = validated(z.object({ id: idSchema, leg: idSchema }), params, 'leg.answer');
    const answer = validated(legAnswerSchema, body, 'leg.answer');
    const acting = { person: sessionOf(request).account, now: this.now(), governance: this.governance };
    return changeAs(this.db, request, async (trx) => {
      await answerLeg(trx, { incident, leg, ...answer }, acting);
      return this.detail(trx, request, incident);
    });
  }

  private detail(trx: CloudTransaction, request: FastifyRequest, incident: string): Promise<IncidentDetail> {
    const mayAct = callerOf(request).permissions.has('incidents.act');
    return incidentDetail(trx, incident, { person: sessionOf(request).account, mayAct, governance: this.governance });
  }

  /** What a person has on the screen has been delivered; what a person has opened has been read. */
  private given(request: FastifyRequest, incidents: readonly IncidentView[], reception: Reception): Promise<void> {
    const legs = newlyReceived(sessionOf(request), incidents, reception);
    return markReceived(this.db, legs, { reception, now: this.now() });
  }

  private now(): Date {
    return new Date(this.clock.wall());
  }
}
