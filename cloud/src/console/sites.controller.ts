import { AnGridError, idSchema, kinds, type Localized, type Severity, type Standing } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CloudDatabase } from '../database.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import type { Governance } from '../playbooks/governance.js';
import { GOVERNANCE } from '../playbooks/tokens.js';
import { CLOCK, DATABASE } from '../platform/tokens.js';
import { compoundChangesSchema, createCompound, newCompoundSchema, updateCompound } from '../units/compounds.js';
import { type CompoundView, listCompounds, readCompound } from './compounds.js';
import { changeAs, readAs } from './scoped.js';

interface KindView {
  readonly title: Localized;
  readonly standing: Standing;
  readonly severity: Severity | null;
}

@Controller('api')
export class SitesController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(GOVERNANCE) private readonly governance: Governance,
  ) {}

  @Get('compounds')
  @Route({ permission: 'compounds.read', scope: 'caller', audit: 'none' })
  async compounds(@Req() request: FastifyRequest): Promise<{ compounds: readonly CompoundView[] }> {
    return { compounds: await readAs(this.db, request, listCompounds) };
  }

  @Post('compounds')
  @HttpCode(200)
  @Route({ permission: 'compounds.manage', scope: 'caller', audit: 'change', body: newCompoundSchema })
  addCompound(@Req() request: FastifyRequest, @Body() body: unknown): Promise<CompoundView> {
    const compound = validated(newCompoundSchema, body, 'compounds.create');
    this.requirePlaybook(compound.playbook);
    return changeAs(this.db, request, async (trx) =>
      readCompound(trx, await createCompound(trx, compound, this.now())),
    );
  }

  @Put('compounds/:id')
  @HttpCode(200)
  @Route({ permission: 'compounds.manage', scope: 'caller', audit: 'change', body: compoundChangesSchema })
  changeCompound(
    @Req() request: FastifyRequest,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<CompoundView> {
    const compound = validated(idSchema, id, 'compounds.update');
    const changes = validated(compoundChangesSchema, body, 'compounds.update');
    this.requirePlaybook(changes.playbook);
    return changeAs(this.db, request, async (trx) => {
      await updateCompound(trx, compound, changes, this.now());
      return readCompound(trx, compound);
    });
  }

  @Get('kinds')
  @Route({ permission: 'signed-in', scope: 'none', audit: 'none' })
  kinds(): { kinds: Record<string, KindView> } {
    const views: Record<string, KindView> = {};
    for (const [kind, definition] of Object.entries(kinds)) {
      const { title, standing } = definition;
      views[kind] = { title, standing, severity: 'severity' in definition ? definition.severity : null };
    }
    return { kinds: views };
  }

  /** A compound that named one that is not there could not be handled by any. */
  private requirePlaybook(id: string | null | undefined): void {
    if (typeof id !== 'string' || this.governance.playbooks.has(id)) return;
    throw new AnGridError('input.invalid', {
      op: 'compounds.playbook',
      subject: id,
      detail: 'playbook: there is none',
    });
  }

  private now(): Date {
    return new Date(this.clock.wall());
  }
}
