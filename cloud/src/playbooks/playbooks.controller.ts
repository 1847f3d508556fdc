import { AnGridError, type Localized } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { CloudDatabase } from '../database.js';
import { systemScope, withScope } from '../platform/database/index.js';
import { callerOf } from '../platform/http/caller.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CLOCK, DATABASE } from '../platform/tokens.js';
import type { AccountRole } from '../schema-people.js';
import type { Difference } from './diff.js';
import { keySchema } from './fields.js';
import { type Governance, playbookOf, yearsMissing } from './governance.js';
import { type Finding, lintPlaybook } from './lint.js';
import {
  listSwitches,
  newSwitchSchema,
  type OverlaySwitch,
  seesAllOf,
  switchOff,
  switchOn,
} from './overlay-switches.js';
import type { Playbook } from './playbook.js';
import { GOVERNANCE } from './tokens.js';
import { comparedSchema, compareVersions, listVersions, type PlaybookVersion } from './versions.js';

interface PlaybookLine {
  readonly id: string;
  readonly version: number;
  readonly name: Localized;
  /** Of compounds that name none. */
  readonly standard: boolean;
}

interface DutyLine {
  readonly id: string;
  readonly name: Localized;
  readonly heldBy: readonly AccountRole[];
}

interface PlaybookList {
  readonly playbooks: readonly PlaybookLine[];
  /** Every duty of every playbook once, those of the standard one first. */
  readonly duties: readonly DutyLine[];
  /** Years whose public holidays nobody has told the cloud. */
  readonly yearsMissing: readonly number[];
}

interface PlaybookView {
  readonly playbook: Playbook;
  readonly findings: readonly Finding[];
  readonly switches: readonly OverlaySwitch[];
  /** Whether the caller may switch its overlays. */
  readonly maySwitch: boolean;
}

const SCOPE = systemScope('playbooks');

/** The models of governance, to read; their overlays, to switch. */
@Controller('api/playbooks')
export class PlaybooksController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(GOVERNANCE) private readonly governance: Governance,
  ) {}

  @Get()
  @Route({ permission: 'playbooks.read', scope: 'none', audit: 'none' })
  list(): PlaybookList {
    const { playbooks, standard } = this.governance;
    const lines = [...playbooks.values()].map(({ id, version, name }) => ({
      id,
      version,
      name,
      standard: id === standard,
    }));
    return {
      playbooks: lines,
      duties: dutiesOf(this.governance),
      yearsMissing: yearsMissing(this.governance, this.now()),
    };
  }

  @Get(':id')
  @Route({ permission: 'playbooks.read', scope: 'system', audit: 'none' })
  async read(@Req() request: FastifyRequest, @Param('id') id: string): Promise<PlaybookView> {
    const playbook = this.find(id);
    const switches = await withScope(this.db.service, SCOPE, (trx) => listSwitches(trx, playbook.id));
    const { permissions, scope } = callerOf(request);
    const maySwitch = permissions.has('playbooks.manage') && seesAllOf(playbook, scope.units);
    return { playbook, findings: lintPlaybook(playbook), switches, maySwitch };
  }

  @Get(':id/versions')
  @Route({ permission: 'playbooks.read', scope: 'system', audit: 'none' })
  async versions(@Param('id') id: string): Promise<{ readonly versions: readonly PlaybookVersion[] }> {
    const playbook = this.find(id);
    return { versions: await withScope(this.db.service, SCOPE, (trx) => listVersions(trx, playbook)) };
  }

  @Get(':id/differences')
  @Route({ permission: 'playbooks.read', scope: 'system', audit: 'none', query: comparedSchema })
  async differences(
    @Param('id') id: string,
    @Query() query: unknown,
  ): Promise<{ readonly differences: readonly Difference[] }> {
    const { id: playbook } = this.find(id);
    const compared = validated(comparedSchema, query, 'playbook.compare');
    return { differences: await withScope(this.db.service, SCOPE, (trx) => compareVersions(trx, playbook, compared)) };
  }

  @Post(':id/overlays')
  @HttpCode(200)
  @Route({ permission: 'playbooks.manage', scope: 'system', audit: 'change', body: newSwitchSchema })
  async switchOn(
    @Req() request: FastifyRequest,
    @Param('id') id: string,
    @Body() body: unknown,
  ): Promise<{ id: string }> {
    const wish = validated(newSwitchSchema, body, 'playbook.overlay');
    const playbook = this.findToSwitch(request, id);
    const by = { author: callerOf(request).id, now: this.now() };
    return { id: await withScope(this.db.service, SCOPE, (trx) => switchOn(trx, playbook, wish, by)) };
  }

  @Post(':id/overlays/:switch/end')
  @HttpCode(204)
  @Route({ permission: 'playbooks.manage', scope: 'system', audit: 'change' })
  async switchOff(
    @Req() request: FastifyRequest,
    @Param('id') id: string,
    @Param('switch') which: string,
  ): Promise<void> {
    const switchId = validated(z.guid(), which, 'playbook.overlay');
    const playbook = this.findToSwitch(request, id);
    await withScope(this.db.service, SCOPE, (trx) => switchOff(trx, playbook.id, switchId, this.now()));
  }

  /** Throws auth.forbidden for who sees a part of its units only. */
  private findToSwitch(request: FastifyRequest, id: string): Playbook {
    const playbook = this.find(id);
    if (seesAllOf(playbook, callerOf(request).scope.units)) return playbook;
    throw new AnGridError('auth.forbidden', { op: 'playbook.overlay', subject: id, detail: 'a part of its units' });
  }

  private find(id: string): Playbook {
    return playbookOf(this.governance, validated(keySchema, id, 'playbook.read'));
  }

  private now(): Date {
    return new Date(this.clock.wall());
  }
}

function dutiesOf(governance: Governance): readonly DutyLine[] {
  const duties = new Map<string, DutyLine>();
  for (const playbook of [playbookOf(governance, null), ...governance.playbooks.values()]) {
    for (const [id, { name, heldBy }] of Object.entries(playbook.duties)) {
      if (!duties.has(id)) duties.set(id, { id, name, heldBy });
    }
  }
  return [...duties.values()];
}
