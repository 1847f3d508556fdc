import { Controller, Get, Header, Inject, Param, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readAs } from '../../console/scoped.js';
import type { CloudDatabase } from '../../database.js';
import { Route } from '../../platform/http/route.js';
import { validated } from '../../platform/http/validated.js';
import { DATABASE } from '../../platform/tokens.js';
import { capXml } from './cap.js';
import { capIncident } from './cap-incident.js';

const idSchema = z.guid();

/** An incident for emergency platforms: the common alerting protocol, 1.2. */
@Controller('api/incidents')
export class CapController {
  constructor(@Inject(DATABASE) private readonly db: CloudDatabase) {}

  @Get(':id/cap.xml')
  @Header('content-type', 'application/cap+xml; charset=utf-8')
  @Route({ permission: 'incidents.read', scope: 'caller', audit: 'read', answerType: 'application/cap+xml' })
  async read(@Req() request: FastifyRequest, @Param('id') id: string): Promise<string> {
    const incident = validated(idSchema, id, 'cap.read');
    return capXml(await readAs(this.db, request, (trx) => capIncident(trx, incident)));
  }
}
