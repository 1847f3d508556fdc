import { hashSchema, idSchema } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { changeAs, readAs } from '../console/scoped.js';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { readBody, streamedBody } from '../platform/http/body.js';
import { callerOf } from '../platform/http/caller.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CLOCK, DATABASE } from '../platform/tokens.js';
import type { Governance } from '../playbooks/governance.js';
import { GOVERNANCE } from '../playbooks/tokens.js';
import {
  changeUnit,
  createTree,
  mergeInto,
  mergeSchema,
  moveSchema,
  moveTo,
  newTreeSchema,
  splitInto,
  splitSchema,
  unitChangeSchema,
} from './change-tree.js';
import { applyImport, type ImportPreview, type ImportRequest, previewImport } from './import/import-tree.js';
import { MOST_BYTES } from './import/read-file.js';
import { levelsOf } from './levels.js';
import { normIn, normOf } from './norms.js';
import type { Writing } from './tree-store.js';
import { type Norms, unitDetail, type UnitDetail } from './unit-detail.js';
import { unitMap, type UnitMap } from './unit-map.js';

const refSchema = z.object({ unit: idSchema });
const importSchema = z.object({
  tree: idSchema,
  format: z.enum(['csv', 'xlsx', 'geojson']),
  crs: z.enum(['wgs84', 'gcj02', 'bd09']).default('wgs84'),
  complete: z.enum(['true', 'false']).default('false'),
  /** The playbook whose norms of size are compared; that of the tree where none is named. */
  playbook: idSchema.optional(),
  /** Of the preview that is to be done; without it nothing is written. */
  digest: hashSchema.optional(),
});

/** The trees of units: what they are, were and become. */
@Controller('api')
export class UnitsController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(GOVERNANCE) private readonly governance: Governance,
  ) {}

  @Post('trees')
  @HttpCode(200)
  @Route({ permission: 'compounds.manage', scope: 'caller', audit: 'change', body: newTreeSchema })
  async addTree(@Req() request: FastifyRequest, @Body() body: unknown): Promise<object> {
    const tree = validated(newTreeSchema, body, 'trees.create');
    await changeAs(this.db, request, (trx) => createTree(trx, tree));
    return { id: tree.id };
  }

  /** The body is the file. Without a digest it is a dry run. */
  @Post('units/import')
  @HttpCode(200)
  @Route({
    permission: 'compounds.manage',
    scope: 'caller',
    audit: 'change',
    query: importSchema,
    bodyType: 'application/octet-stream',
  })
  async import(@Req() request: FastifyRequest, @Query() query: unknown): Promise<ImportPreview> {
    const { digest, complete, playbook, ...facts } = validated(importSchema, query, 'units.import');
    const bytes = await readBody(streamedBody(request), { encoding: undefined, limit: MOST_BYTES });
    const file: ImportRequest = {
      ...facts,
      bytes,
      complete: complete === 'true',
      norm: playbook === undefined ? this.norms(facts.tree) : normOf(this.governance.playbooks, playbook),
    };
    if (digest === undefined) return readAs(this.db, request, (trx) => previewImport(trx, file));
    const writing = this.writing(request);
    return changeAs(this.db, request, (trx) => applyImport(trx, file, digest, writing));
  }

  @Get('units/:unit')
  @Route({ permission: 'units.read', scope: 'caller', audit: 'none' })
  async unit(@Req() request: FastifyRequest, @Param() path: unknown): Promise<UnitDetail> {
    const { unit } = validated(refSchema, path, 'units.read');
    return readAs(this.db, request, (trx) => unitDetail(trx, unit, this.norms));
  }

  @Get('units/:unit/map')
  @Route({ permission: 'units.read', scope: 'caller', audit: 'none' })
  async map(@Req() request: FastifyRequest, @Param() path: unknown): Promise<UnitMap> {
    const { unit } = validated(refSchema, path, 'units.map');
    return readAs(this.db, request, (trx) => unitMap(trx, unit, new Date(this.clock.wall())));
  }

  @Put('units/:unit')
  @HttpCode(200)
  @Route({ permission: 'compounds.manage', scope: 'caller', audit: 'change', body: unitChangeSchema })
  change(@Req() request: FastifyRequest, @Param() path: unknown, @Body() body: unknown): Promise<UnitDetail> {
    const facts = validated(unitChangeSchema, body, 'units.change');
    return this.changed(request, path, (trx, unit, writing) => changeUnit(trx, unit, facts, writing));
  }

  @Post('units/:unit/move')
  @HttpCode(200)
  @Route({ permission: 'compounds.manage', scope: 'caller', audit: 'change', body: moveSchema })
  move(@Req() request: FastifyRequest, @Param() path: unknown, @Body() body: unknown): Promise<UnitDetail> {
    const { parent } = validated(moveSchema, body, 'units.move');
    return this.changed(request, path, (trx, unit, writing) => moveTo(trx, unit, parent, writing));
  }

  @Post('units/:unit/merge')
  @HttpCode(200)
  @Route({ permission: 'compounds.manage', scope: 'caller', audit: 'change', body: mergeSchema })
  async merge(@Req() request: FastifyRequest, @Param() path: unknown, @Body() body: unknown): Promise<object> {
    const { unit } = validated(refSchema, path, 'units.merge');
    const { into } = validated(mergeSchema, body, 'units.merge');
    await changeAs(this.db, request, (trx) => mergeInto(trx, unit, into, this.writing(request)));
    return { id: into };
  }

  @Post('units/:unit/split')
  @HttpCode(200)
  @Route({ permission: 'compounds.manage', scope: 'caller', audit: 'change', body: splitSchema })
  async split(@Req() request: FastifyRequest, @Param() path: unknown, @Body() body: unknown): Promise<object> {
    const { unit } = validated(refSchema, path, 'units.split');
    const parts = validated(splitSchema, body, 'units.split');
    await changeAs(this.db, request, (trx) => splitInto(trx, unit, parts, this.writing(request)));
    return {};
  }

  private changed(
    request: FastifyRequest,
    path: unknown,
    work: (trx: CloudTransaction, unit: string, writing: Writing) => Promise<void>,
  ): Promise<UnitDetail> {
    const { unit } = validated(refSchema, path, 'units.change');
    return changeAs(this.db, request, async (trx) => {
      await work(trx, unit, this.writing(request));
      return unitDetail(trx, unit, this.norms);
    });
  }

  /** As the playbook says that describes the tree. */
  private readonly norms: Norms = (tree) => normIn(levelsOf(this.governance, { id: tree, purpose: 'grid' }));

  private writing(request: FastifyRequest): Writing {
    return { now: new Date(this.clock.wall()), actor: callerOf(request).id };
  }
}
