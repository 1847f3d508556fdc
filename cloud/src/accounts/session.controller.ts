import { AnGridError } from '@angrid/contract';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AUDIT_SINK, type AuditSink } from '../platform/http/audit-record.js';
import { callerOf } from '../platform/http/caller.js';
import { rememberPrincipal } from '../platform/http/principal.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { type OpenLink, readLink, setUpSchema, useLink } from './links.js';
import { recordRefusal } from './record-refusal.js';
import type { SecondFactors } from './second-factors.js';
import { clearSessionCookie, setSessionCookie } from './session-cookie.js';
import { adoptSession, knownSession, type SessionKeeping, sessionOf } from './session-principal.js';
import { type SessionView, viewSession } from './session-view.js';
import { closeSession, findSession, openSession } from './sessions.js';
import { type SignIn, signInSchema } from './sign-in.js';
import { SECOND_FACTORS, SESSION_KEEPING, SIGN_IN } from './tokens.js';

@Controller('api')
export class SessionController {
  constructor(
    @Inject(SESSION_KEEPING) private readonly keeping: SessionKeeping,
    @Inject(AUDIT_SINK) private readonly audit: AuditSink,
    @Inject(SIGN_IN) private readonly signIn: SignIn,
    @Inject(SECOND_FACTORS) private readonly factors: SecondFactors,
  ) {}

  @Get('session')
  @Route({ permission: 'signed-in', scope: 'caller', audit: 'none' })
  read(@Req() request: FastifyRequest): Promise<SessionView> {
    return this.view(request);
  }

  @Post('session')
  @HttpCode(200)
  @Route({ permission: 'public', scope: 'system', audit: 'access', body: signInSchema })
  async open(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: unknown,
  ): Promise<SessionView> {
    const credentials = validated(signInSchema, body, 'session.open');
    const token = await this.signIn
      .open(credentials, request.ip)
      .catch((error: unknown) => recordRefusal(this.audit, request, error));
    return this.enter(request, reply, token);
  }

  @Delete('session')
  @HttpCode(204)
  @Route({ permission: 'signed-in', scope: 'system', audit: 'access' })
  async close(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await closeSession(this.keeping.db, sessionOf(request));
    clearSessionCookie(request, reply);
  }

  @Get('setup/:link')
  @Route({ permission: 'public', scope: 'system', audit: 'none' })
  async link(@Param('link') link: string): Promise<Omit<OpenLink, 'accountId'>> {
    const { login, kind } = await readLink(this.keeping, link);
    return { login, kind };
  }

  @Post('setup')
  @HttpCode(200)
  @Route({ permission: 'public', scope: 'system', audit: 'access', body: setUpSchema })
  async setUp(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: unknown,
  ): Promise<SessionView> {
    const setUp = validated(setUpSchema, body, 'session.set-up');
    const { accountId } = await readLink(this.keeping, setUp.link);
    await this.factors
      .prove(accountId, setUp.code)
      .catch((error: unknown) => recordRefusal(this.audit, request, error));
    return this.enter(request, reply, await openSession(this.keeping, await useLink(this.keeping, setUp)));
  }

  /** Whoever signs in anew leaves the session that the browser held before. */
  private async enter(request: FastifyRequest, reply: FastifyReply, token: string): Promise<SessionView> {
    const before = knownSession(request);
    if (before) await closeSession(this.keeping.db, before);
    const session = await findSession(this.keeping, token);
    if (!session) throw new AnGridError('auth.wrong-credentials', { op: 'session.open' });
    rememberPrincipal(request, await adoptSession(this.keeping, request, session));
    setSessionCookie(request, reply, token);
    return this.view(request);
  }

  private view(request: FastifyRequest): Promise<SessionView> {
    return viewSession(this.keeping.db, sessionOf(request), callerOf(request));
  }
}
