import { idSchema } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { changeAs, readAs } from '../../console/scoped.js';
import type { CloudDatabase } from '../../database.js';
import { Route } from '../../platform/http/route.js';
import { validated } from '../../platform/http/validated.js';
import { CLOCK, DATABASE } from '../../platform/tokens.js';
import { entryFilterSchema, entrySchema, type EntryView, listEntries, putEntry, removeEntry } from './registers.js';

const refSchema = z.object({ compound: idSchema, entry: idSchema });

/** Registers of facilities, premises and houses; never of persons. */
@Controller('api/registers')
export class RegistersController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Route({ permission: 'registers.read', scope: 'caller', audit: 'none', query: entryFilterSchema })
  async list(@Req() request: FastifyRequest, @Query() query: unknown): Promise<{ entries: readonly EntryView[] }> {
    const filter = validated(entryFilterSchema, query, 'registers.list');
    return { entries: await readAs(this.db, request, (trx) => listEntries(trx, filter, this.now())) };
  }

  @Post()
  @HttpCode(200)
  @Route({ permission: 'registers.manage', scope: 'caller', audit: 'change', body: entrySchema })
  async put(@Req() request: FastifyRequest, @Body() body: unknown): Promise<{ id: string }> {
    const entry = validated(entrySchema, body, 'registers.put');
    return { id: await changeAs(this.db, request, (trx) => putEntry(trx, entry, this.now())) };
  }

  @Delete(':compound/:entry')
  @HttpCode(200)
  @Route({ permission: 'registers.manage', scope: 'caller', audit: 'change' })
  async remove(@Req() request: FastifyRequest, @Param() path: unknown): Promise<object> {
    const { compound, entry } = validated(refSchema, path, 'registers.remove');
    await changeAs(this.db, request, (trx) => removeEntry(trx, compound, entry, this.now()));
    return {};
  }

  private now(): Date {
    return new Date(this.clock.wall());
  }
}
