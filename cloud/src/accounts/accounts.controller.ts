import type { Clock } from '@angrid/runtime';
import { AnGridError } from '@angrid/contract';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { CloudDatabase } from '../database.js';
import { callerOf } from '../platform/http/caller.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CLOCK, DATABASE } from '../platform/tokens.js';
import type { Account } from './account.js';
import { newLink } from './links.js';
import {
  accountChangesSchema,
  changeAccount,
  createAccount,
  disableAccount,
  enableAccount,
  listAccounts,
  newAccountSchema,
  readAccount,
} from './manage-accounts.js';
import { removeSecondFactor } from './second-factors.js';

const idSchema = z.guid();

@Controller('api/accounts')
export class AccountsController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Route({ permission: 'accounts.manage', scope: 'system', audit: 'none' })
  async list(): Promise<{ accounts: readonly Account[] }> {
    return { accounts: await listAccounts(this.db) };
  }

  @Post()
  @HttpCode(200)
  @Route({ permission: 'accounts.manage', scope: 'system', audit: 'access', body: newAccountSchema })
  async add(@Body() body: unknown): Promise<{ account: Account; link: string }> {
    const facts = validated(newAccountSchema, body, 'accounts.create');
    const id = await createAccount(this.db, facts, this.now());
    return { account: await readAccount(this.db, id), link: await newLink({ db: this.db, clock: this.clock }, id) };
  }

  @Put(':id')
  @HttpCode(200)
  @Route({ permission: 'accounts.manage', scope: 'system', audit: 'access', body: accountChangesSchema })
  async change(@Req() request: FastifyRequest, @Param('id') id: string, @Body() body: unknown): Promise<Account> {
    const account = validated(idSchema, id, 'accounts.change');
    const changes = validated(accountChangesSchema, body, 'accounts.change');
    await changeAccount(this.db, account, changes, callerOf(request).id);
    return readAccount(this.db, account);
  }

  @Post(':id/link')
  @HttpCode(200)
  @Route({ permission: 'accounts.manage', scope: 'system', audit: 'access' })
  async link(@Param('id') id: string): Promise<{ link: string }> {
    const account = await readAccount(this.db, validated(idSchema, id, 'accounts.link'));
    if (account.disabledAt !== null) {
      throw new AnGridError('subject.conflict', { op: 'accounts.link', detail: 'the account is disabled' });
    }
    return { link: await newLink({ db: this.db, clock: this.clock }, account.id) };
  }

  @Post(':id/disable')
  @HttpCode(204)
  @Route({ permission: 'accounts.manage', scope: 'system', audit: 'access' })
  disable(@Req() request: FastifyRequest, @Param('id') id: string): Promise<void> {
    const account = validated(idSchema, id, 'accounts.disable');
    return disableAccount(this.db, { id: account, actor: callerOf(request).id }, this.now());
  }

  @Post(':id/enable')
  @HttpCode(204)
  @Route({ permission: 'accounts.manage', scope: 'system', audit: 'access' })
  enable(@Param('id') id: string): Promise<void> {
    return enableAccount(this.db, validated(idSchema, id, 'accounts.enable'));
  }

  /** For somebody whose phone is lost; the own one goes with password and code alone. */
  @Delete(':id/second-factor')
  @HttpCode(204)
  @Route({ permission: 'accounts.manage', scope: 'system', audit: 'access' })
  removeSecondFactor(@Req() request: FastifyRequest, @Param('id') id: string): Promise<void> {
    const account = validated(idSchema, id, 'accounts.second-factor');
    if (account === callerOf(request).id) {
      throw new AnGridError('subject.conflict', { op: 'accounts.second-factor', detail: 'the own one goes elsewhere' });
    }
    return removeSecondFactor(this.db, account);
  }

  private now(): Date {
    return new Date(this.clock.wall());
  }
}
