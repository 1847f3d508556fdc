import { idSchema } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { Body, Controller, Get, HttpCode, Inject, Param, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CloudDatabase } from '../database.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CLOCK, DATABASE } from '../platform/tokens.js';
import { changeRules, readRules, rulesChangeSchema, type SiteRules } from '../sites/rules.js';
import { changeAs, readAs } from './scoped.js';

@Controller('api/compounds')
export class RulesController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get(':id/rules')
  @Route({ permission: 'rules.read', scope: 'caller', audit: 'none' })
  read(@Req() request: FastifyRequest, @Param('id') id: string): Promise<SiteRules> {
    const compound = validated(idSchema, id, 'rules.read');
    return readAs(this.db, request, (trx) => readRules(trx, compound));
  }

  @Put(':id/rules')
  @HttpCode(200)
  @Route({ permission: 'rules.manage', scope: 'caller', audit: 'change', body: rulesChangeSchema })
  change(@Req() request: FastifyRequest, @Param('id') id: string, @Body() body: unknown): Promise<SiteRules> {
    const compound = validated(idSchema, id, 'rules.change');
    const change = validated(rulesChangeSchema, body, 'rules.change');
    return changeAs(this.db, request, async (trx) => {
      await changeRules(trx, compound, change, new Date(this.clock.wall()));
      return readRules(trx, compound);
    });
  }
}
