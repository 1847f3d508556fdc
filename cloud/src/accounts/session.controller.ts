import { AnGridError } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CloudDatabase } from '../database.js';
import { AUDIT_SINK, type AuditSink } from '../platform/http/audit-record.js';
import { callerOf } from '../platform/http/caller.js';
import { rememberPrincipal } from '../platform/http/principal.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CLOCK, DATABASE } from '../platform/tokens.js';
import { type OpenLink, readLink, setUpSchema, useLink } from './links.js';
import { clearSessionCookie, setSessionCookie } from './session-cookie.js';
import { adoptSession, knownSession, sessionOf } from './session-principal.js';
import { type SessionView, viewSession } from './session-view.js';
import { closeSession, findSession, openSession } from './sessions.js';
import { SignIn, signInSchema } from './sign-in.js';

@Controller('api')
export class SessionController {
  private readonly signIn: SignIn;

  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(AUDIT_SINK) private readonly audit: AuditSink,
  ) {
    this.signIn = new SignIn(db, clock);
  }

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
    const token = await this.signIn.open(credentials, request.ip).catch((error: unknown) => this.refused(error));
    return this.enter(request, reply, token);
  }

  @Delete('session')
  @HttpCode(204)
  @Route({ permission: 'signed-in', scope: 'system', audit: 'access' })
  async close(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await closeSession(this.db, sessionOf(request));
    clearSessionCookie(request, reply);
  }

  @Get('setup/:link')
  @Route({ permission: 'public', scope: 'system', audit: 'none' })
  async link(@Param('link') link: string): Promise<Omit<OpenLink, 'accountId'>> {
    const { login, kind } = await readLink({ db: this.db, clock: this.clock }, link);
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
    const kept = { db: this.db, clock: this.clock };
    const account = await useLink(kept, validated(setUpSchema, body, 'session.set-up'));
    return this.enter(request, reply, await openSession(kept, account));
  }

  /** Whoever signs in anew leaves the session that the browser held before. */
  private async enter(request: FastifyRequest, reply: FastifyReply, token: string): Promise<SessionView> {
    const before = knownSession(request);
    if (before) await closeSession(this.db, before);
    const kept = { db: this.db, clock: this.clock };
    const session = await findSession(kept, token);
    if (!session) throw new AnGridError('auth.wrong-credentials', { op: 'session.open' });
    rememberPrincipal(request, await adoptSession(kept, request, session));
    setSessionCookie(request, reply, token);
    return this.view(request);
  }

  private view(request: FastifyRequest): Promise<SessionView> {
    return viewSession(this.db, sessionOf(request), callerOf(request));
  }

  /**
   * A wrong password is on record too; which login was tried is not, because people type passwords there. Attempts
   * beyond the limit are not: nobody fills the log from outside.
   */
  private async refused(error: unknown): Promise<never> {
    if (error instanceof AnGridError && error.code === 'auth.wrong-credentials') {
      const subject = 'POST /api/session';
      const entry = { actor: 'anonymous', role: 'none', action: 'session.refused', auditClass: 'access', subject };
      await this.audit.record(entry);
    }
    throw error;
  }
}
