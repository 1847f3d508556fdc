import type { Clock } from '@angrid/runtime';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { CloudDatabase } from '../database.js';
import { systemScope, withScope } from '../platform/database/index.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CLOCK, DATABASE } from '../platform/tokens.js';
import type { LegMessage, Outcome, Waiting } from './channel.js';
import type { Channels } from './open-channels.js';
import {
  changeTarget,
  createTarget,
  listTargets,
  newTargetSchema,
  switchTarget,
  targetChangesSchema,
  type TargetView,
} from './targets.js';
import { CHANNELS } from './tokens.js';

const idSchema = z.guid();

/** Robots, webhooks and mailboxes that pushes go to. */
@Controller('api/channel-targets')
export class TargetsController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CHANNELS) private readonly channels: Channels,
  ) {}

  @Get()
  @Route({ permission: 'channels.manage', scope: 'system', audit: 'none' })
  async list(): Promise<{ targets: readonly TargetView[] }> {
    const targets = await withScope(this.db.service, systemScope('channels'), listTargets, { accessMode: 'read only' });
    return { targets };
  }

  @Post()
  @HttpCode(200)
  @Route({ permission: 'channels.manage', scope: 'system', audit: 'change', body: newTargetSchema })
  async add(@Body() body: unknown): Promise<{ id: string }> {
    const facts = validated(newTargetSchema, body, 'channel.create');
    return { id: await createTarget(this.channels.keeping, facts, this.now()) };
  }

  @Put(':id')
  @HttpCode(204)
  @Route({ permission: 'channels.manage', scope: 'system', audit: 'change', body: targetChangesSchema })
  async change(@Param('id') id: string, @Body() body: unknown): Promise<void> {
    const target = validated(idSchema, id, 'channel.change');
    await changeTarget(this.channels.keeping, target, validated(targetChangesSchema, body, 'channel.change'));
  }

  /** Says hello in the group, within its limits, and what the receiver answered. */
  @Post(':id/test')
  @HttpCode(200)
  @Route({ permission: 'channels.manage', scope: 'system', audit: 'change' })
  async test(@Param('id') id: string): Promise<Outcome | Waiting> {
    const target = validated(idSchema, id, 'channel.test');
    const key = uuid();
    const results = await this.channels.courier.deliver(target, [{ key, attempts: 0, message: greeting(this.now()) }]);
    return results.get(key) ?? { state: 'refused', retry: 'later', reason: 'no-answer' };
  }

  @Post(':id/disable')
  @HttpCode(204)
  @Route({ permission: 'channels.manage', scope: 'system', audit: 'change' })
  disable(@Param('id') id: string): Promise<void> {
    return switchTarget(this.db, validated(idSchema, id, 'channel.disable'), this.now());
  }

  @Post(':id/enable')
  @HttpCode(204)
  @Route({ permission: 'channels.manage', scope: 'system', audit: 'change' })
  enable(@Param('id') id: string): Promise<void> {
    return switchTarget(this.db, validated(idSchema, id, 'channel.enable'), null);
  }

  private now(): Date {
    return new Date(this.clock.wall());
  }
}

/** No incident: it says so, and is marked as an exercise for whoever reads only the first word. */
function greeting(now: Date): LegMessage {
  return {
    incident: '00000000-0000-0000-0000-000000000000',
    kind: 'channel.test',
    kindTitle: { 'zh-CN': '通道测试', en: 'Channel test' },
    severity: 4,
    state: 'open',
    exercise: true,
    why: { 'zh-CN': '这是一条测试消息，无需处理', en: 'A test message; nothing is to be done' },
    confirmedBy: null,
    openedAt: now,
    compound: { id: 'test', name: 'AnGrid 安格' },
    place: null,
    unit: null,
  };
}
