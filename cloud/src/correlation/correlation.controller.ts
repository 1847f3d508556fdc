import type { Clock } from '@angrid/runtime';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { changeAs, readAs } from '../console/scoped.js';
import type { CloudDatabase } from '../database.js';
import type { Governance } from '../playbooks/governance.js';
import { GOVERNANCE } from '../playbooks/tokens.js';
import { callerOf } from '../platform/http/caller.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CLOCK, DATABASE } from '../platform/tokens.js';
import { listRuleSets, type RuleSetView, ruleSetText, saveRuleSet, switchRuleSet } from './manage-rule-sets.js';
import { mergeIncidents, type Rearranging, splitIncident } from './merge-split.js';
import { type Noise, noiseOf } from './noise.js';
import {
  createQuietRule,
  endQuietRule,
  listQuietRules,
  newQuietRuleSchema,
  proposeQuietRules,
  type QuietProposal,
  type QuietRuleView,
} from './quiet-rules.js';
import { queueReplay, readReplay, type ReplayView } from './replay.js';

const textSchema = z.string().min(1).max(100_000);
const newSetSchema = z.object({ text: textSchema, note: z.string().trim().min(3).max(500) });
const replaySchema = z.object({ text: textSchema, days: z.number().int().min(1).max(90) });
const setIdSchema = z.coerce.number().int().nonnegative();
const guidSchema = z.guid();
const versionSchema = z.number().int().positive();
const mergeSchema = z.object({ into: guidSchema, version: versionSchema });
const splitSchema = z.object({ alerts: z.array(z.string().max(128)).min(1).max(500), version: versionSchema });
const noiseSchema = z.object({ days: z.coerce.number().int().min(1).max(90).default(7) });

/** How alerts become incidents: the rules and what they would do, what is quiet, who is loud, and what people put right. */
@Controller('api')
export class CorrelationController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(GOVERNANCE) private readonly governance: Governance,
  ) {}

  @Get('correlation/rule-sets')
  @Route({ permission: 'correlation.read', scope: 'caller', audit: 'none' })
  async ruleSets(@Req() request: FastifyRequest): Promise<{ ruleSets: readonly RuleSetView[] }> {
    return { ruleSets: await readAs(this.db, request, listRuleSets) };
  }

  @Get('correlation/rule-sets/:id')
  @Route({ permission: 'correlation.read', scope: 'caller', audit: 'none' })
  async ruleSet(@Req() request: FastifyRequest, @Param('id') id: string): Promise<{ text: string }> {
    const set = validated(setIdSchema, id, 'rule-set.read');
    return { text: await readAs(this.db, request, (trx) => ruleSetText(trx, set)) };
  }

  @Post('correlation/rule-sets')
  @HttpCode(200)
  @Route({ permission: 'correlation.manage', scope: 'caller', audit: 'change', body: newSetSchema })
  async save(@Req() request: FastifyRequest, @Body() body: unknown): Promise<{ id: number }> {
    const written = validated(newSetSchema, body, 'rule-set.save');
    const { author, now } = this.asked(request);
    return { id: await changeAs(this.db, request, (trx) => saveRuleSet(trx, { ...written, author, now })) };
  }

  @Post('correlation/rule-sets/:id/switch-on')
  @HttpCode(204)
  @Route({ permission: 'correlation.manage', scope: 'caller', audit: 'change' })
  switchOn(@Req() request: FastifyRequest, @Param('id') id: string): Promise<void> {
    const set = validated(setIdSchema, id, 'rule-set.switch');
    return changeAs(this.db, request, (trx) => switchRuleSet(trx, set));
  }

  @Post('correlation/replays')
  @HttpCode(200)
  @Route({ permission: 'correlation.manage', scope: 'caller', audit: 'read', body: replaySchema })
  async replay(@Req() request: FastifyRequest, @Body() body: unknown): Promise<{ id: string }> {
    const wish = validated(replaySchema, body, 'replay.queue');
    return { id: await changeAs(this.db, request, (trx) => queueReplay(trx, { ...wish, ...this.asked(request) })) };
  }

  @Get('correlation/replays/:id')
  @Route({ permission: 'correlation.manage', scope: 'caller', audit: 'none' })
  replayed(@Req() request: FastifyRequest, @Param('id') id: string): Promise<ReplayView> {
    const replay = validated(guidSchema, id, 'replay.read');
    return readAs(this.db, request, (trx) => readReplay(trx, replay));
  }

  @Get('quiet-rules')
  @Route({ permission: 'quiet.read', scope: 'caller', audit: 'none' })
  quietRules(
    @Req() request: FastifyRequest,
  ): Promise<{ quietRules: readonly QuietRuleView[]; proposals: readonly QuietProposal[] }> {
    const { now } = this.asked(request);
    return readAs(this.db, request, async (trx) => {
      return { quietRules: await listQuietRules(trx, now), proposals: await proposeQuietRules(trx, now) };
    });
  }

  @Post('quiet-rules')
  @HttpCode(200)
  @Route({ permission: 'quiet.manage', scope: 'caller', audit: 'change', body: newQuietRuleSchema })
  async quiet(@Req() request: FastifyRequest, @Body() body: unknown): Promise<{ id: string }> {
    const rule = validated(newQuietRuleSchema, body, 'quiet-rule.create');
    return { id: await changeAs(this.db, request, (trx) => createQuietRule(trx, rule, this.asked(request))) };
  }

  @Post('quiet-rules/:id/end')
  @HttpCode(204)
  @Route({ permission: 'quiet.manage', scope: 'caller', audit: 'change' })
  endQuiet(@Req() request: FastifyRequest, @Param('id') id: string): Promise<void> {
    const rule = validated(guidSchema, id, 'quiet-rule.end');
    return changeAs(this.db, request, (trx) => endQuietRule(trx, rule, this.asked(request).now));
  }

  @Get('noise')
  @Route({ permission: 'quiet.read', scope: 'caller', audit: 'none', query: noiseSchema })
  noise(@Req() request: FastifyRequest, @Query() query: unknown): Promise<Noise> {
    const { days } = validated(noiseSchema, query, 'noise.read');
    return readAs(this.db, request, (trx) => noiseOf(trx, days, this.asked(request).now));
  }

  @Post('incidents/:id/merge')
  @HttpCode(204)
  @Route({ permission: 'incidents.rearrange', scope: 'caller', audit: 'change', body: mergeSchema })
  merge(@Req() request: FastifyRequest, @Param('id') id: string, @Body() body: unknown): Promise<void> {
    const incident = validated(guidSchema, id, 'incident.merge');
    const merge = { incident, ...validated(mergeSchema, body, 'incident.merge') };
    return changeAs(this.db, request, (trx) => mergeIncidents(trx, merge, this.rearranging(request)));
  }

  @Post('incidents/:id/split')
  @HttpCode(200)
  @Route({ permission: 'incidents.rearrange', scope: 'caller', audit: 'change', body: splitSchema })
  async split(@Req() request: FastifyRequest, @Param('id') id: string, @Body() body: unknown): Promise<{ id: string }> {
    const incident = validated(guidSchema, id, 'incident.split');
    const split = { incident, ...validated(splitSchema, body, 'incident.split') };
    return { id: await changeAs(this.db, request, (trx) => splitIncident(trx, split, this.rearranging(request))) };
  }

  private rearranging(request: FastifyRequest): Rearranging {
    const { author: person, now } = this.asked(request);
    return { person, now, governance: this.governance };
  }

  private asked(request: FastifyRequest): { readonly author: string; readonly now: Date } {
    return { author: callerOf(request).id, now: new Date(this.clock.wall()) };
  }
}
