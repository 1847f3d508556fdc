import { AnGridError } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AttemptLimiter } from '../../accounts/attempt-limiter.js';
import { appendAudit } from '../../audit/audit-log.js';
import type { CloudDatabase, CloudTransaction } from '../../database.js';
import { moveLegs } from '../../dispatch/leg-rows.js';
import { systemScope, withScope } from '../../platform/database/index.js';
import { Route } from '../../platform/http/route.js';
import { validated } from '../../platform/http/validated.js';
import { CLOCK, DATABASE } from '../../platform/tokens.js';
import type { Governance } from '../../playbooks/governance.js';
import { GOVERNANCE } from '../../playbooks/tokens.js';
import { actorOf, answerByLink } from './answer-leg.js';
import { holderOf, rememberHolder } from './holder-cookie.js';
import { type LegPage, legPage, openLink, type OpenLink, phoneActions } from './leg-page.js';

const SCOPE = systemScope('leg-link');
/** A group opens its card all at once, often from one address. */
const PER_ADDRESS = { burst: 200, refillMs: 500 };
const PER_LINK = { burst: 200, refillMs: 5000 };

const answerSchema = z.object({ action: z.enum(phoneActions), note: z.string().max(500).optional() });

/** The page behind the link on a card. Whoever holds the link stands in the group that was told. */
@Controller('api/m')
export class PhoneController {
  private readonly addresses: AttemptLimiter;
  private readonly links: AttemptLimiter;

  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(GOVERNANCE) private readonly governance: Governance,
  ) {
    this.addresses = new AttemptLimiter(clock, PER_ADDRESS);
    this.links = new AttemptLimiter(clock, PER_LINK);
  }

  @Get(':token')
  @Route({ permission: 'public', scope: 'system', audit: 'access', recordedBy: 'handler' })
  async open(@Req() request: FastifyRequest, @Param('token') token: string): Promise<LegPage> {
    this.admit(this.addresses, request.ip);
    const now = this.now();
    return withScope(this.db.service, SCOPE, async (trx) => {
      const link = await openLink(trx, token, now);
      this.admit(this.links, link.linkHash);
      await moveLegs(trx, [link.leg], { type: 'read' }, now);
      await record(trx, link, 'leg-link.open', now);
      return legPage(trx, link, holderOf(request));
    });
  }

  @Post(':token')
  @HttpCode(200)
  @Route({ permission: 'public', scope: 'system', audit: 'change', recordedBy: 'handler', body: answerSchema })
  async answer(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('token') token: string,
    @Body() body: unknown,
  ): Promise<LegPage> {
    const { action, note } = validated(answerSchema, body, 'leg-link.answer');
    this.admit(this.addresses, request.ip);
    const now = this.now();
    const { governance } = this;
    const known = holderOf(request);
    const { page, holder } = await withScope(this.db.service, SCOPE, async (trx) => {
      const link = await openLink(trx, token, now);
      const fresh = await answerByLink(trx, link, { action, note, holder: known }, { governance, now });
      await record(trx, link, `leg-link.${action}`, now);
      return { page: await legPage(trx, await openLink(trx, token, now), fresh ?? known), holder: fresh };
    });
    if (holder !== undefined) rememberHolder(request, reply, { token, holder, until: page.expiresAt });
    return page;
  }

  /** The links of strangers are not tried out, and nobody fills the audit log with the link of a card. */
  private admit(limiter: AttemptLimiter, key: string): void {
    if (!limiter.take(key)) throw new AnGridError('auth.too-many-attempts', { op: 'leg-link.open' });
  }

  private now(): Date {
    return new Date(this.clock.wall());
  }
}

async function record(trx: CloudTransaction, link: OpenLink, action: string, now: Date): Promise<void> {
  const { leg, compound } = link;
  const auditClass = action === 'leg-link.open' ? 'access' : 'change';
  await appendAudit(
    trx,
    { actor: actorOf(link), role: 'link', action, auditClass, subject: `leg ${leg}`, compound },
    now,
  );
}
