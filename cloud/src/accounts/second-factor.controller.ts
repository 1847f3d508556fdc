import { Body, Controller, Get, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { CloudDatabase } from '../database.js';
import { AUDIT_SINK, type AuditSink } from '../platform/http/audit-record.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { DATABASE } from '../platform/tokens.js';
import { passwordSchema } from './passwords.js';
import { recordRefusal } from './record-refusal.js';
import {
  codeSchema,
  type Offer,
  removeSecondFactor,
  type SecondFactors,
  type SecondFactorView,
} from './second-factors.js';
import { sessionOf } from './session-principal.js';
import { closeSessionsOf } from './sessions.js';
import type { SignIn } from './sign-in.js';
import { SECOND_FACTORS, SIGN_IN } from './tokens.js';

const offerSchema = z.object({ password: passwordSchema });
const confirmSchema = z.object({ code: codeSchema });
const removeSchema = z.object({ password: passwordSchema, code: codeSchema });

/** The second factor of one's own account. An open session is not enough to change it. */
@Controller('api/session/second-factor')
export class SecondFactorController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(AUDIT_SINK) private readonly audit: AuditSink,
    @Inject(SECOND_FACTORS) private readonly factors: SecondFactors,
    @Inject(SIGN_IN) private readonly signIn: SignIn,
  ) {}

  @Get()
  @Route({ permission: 'signed-in', scope: 'system', audit: 'none' })
  read(@Req() request: FastifyRequest): Promise<SecondFactorView> {
    return this.factors.view(sessionOf(request).account.id);
  }

  @Post()
  @HttpCode(200)
  @Route({ permission: 'signed-in', scope: 'system', audit: 'access', body: offerSchema })
  async offer(@Req() request: FastifyRequest, @Body() body: unknown): Promise<Offer> {
    const { password } = validated(offerSchema, body, 'second-factor.offer');
    await this.prove(request, { password });
    return this.factors.offer(sessionOf(request).account);
  }

  /** Ends the other sessions of the account: they were opened by the password alone. */
  @Post('confirm')
  @HttpCode(200)
  @Route({ permission: 'signed-in', scope: 'system', audit: 'access', body: confirmSchema })
  async confirm(
    @Req() request: FastifyRequest,
    @Body() body: unknown,
  ): Promise<{ readonly recoveryCodes: readonly string[] }> {
    const { code } = validated(confirmSchema, body, 'second-factor.confirm');
    const session = sessionOf(request);
    const recoveryCodes = await this.factors
      .confirm(session.account.id, code)
      .catch((error: unknown) => recordRefusal(this.audit, request, error));
    await closeSessionsOf(this.db, session.account.id, session);
    return { recoveryCodes };
  }

  /** Ends all sessions of the account, this one too. */
  @Post('remove')
  @HttpCode(204)
  @Route({ permission: 'signed-in', scope: 'system', audit: 'access', body: removeSchema })
  async remove(@Req() request: FastifyRequest, @Body() body: unknown): Promise<void> {
    await this.prove(request, validated(removeSchema, body, 'second-factor.remove'));
    await removeSecondFactor(this.db, sessionOf(request).account.id);
  }

  private async prove(
    request: FastifyRequest,
    given: { readonly password: string; readonly code?: string },
  ): Promise<void> {
    const { login } = sessionOf(request).account;
    await this.signIn
      .prove({ login, ...given }, request.ip)
      .catch((error: unknown) => recordRefusal(this.audit, request, error));
  }
}
