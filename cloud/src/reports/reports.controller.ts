import { AnGridError, idSchema } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { appendAudit } from '../audit/audit-log.js';
import { changeAs, readAs } from '../console/scoped.js';
import type { CloudDatabase } from '../database.js';
import { withScope } from '../platform/database/index.js';
import { readBody, streamedBody } from '../platform/http/body.js';
import { callerOf } from '../platform/http/caller.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CLOCK, DATABASE } from '../platform/tokens.js';
import type { FiledReport } from './file-report.js';
import { MOST_PICTURE_BYTES } from './keep-picture.js';
import {
  type ReportForm,
  reportForm,
  reportsOfIncident,
  type ReportStanding,
  type ReportView,
} from './read-reports.js';
import { reportSchema } from './report.js';
import type { ReportDesk } from './report-desk.js';
import { REPORT_DESK } from './tokens.js';

const codeSchema = z.object({ code: z.string().min(12).max(20) });
const grantSchema = z.object({ grant: z.guid() });
const ownSchema = reportSchema.extend({ compound: idSchema });

type Receipt = Omit<FiledReport, 'incident'>;

/** People report without an account; what comes of it is read, and opened for a reason, by those who handle it. */
@Controller('api')
export class ReportsController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(REPORT_DESK) private readonly desk: ReportDesk,
  ) {}

  @Get('report/:compound')
  @Route({ permission: 'public', scope: 'system', audit: 'none' })
  form(@Param('compound') id: string): Promise<ReportForm> {
    const compound = validated(idSchema, id, 'report.form');
    const scope = { compounds: [compound], units: 'all', actor: 'system:reports' } as const;
    return withScope(this.db.service, scope, (trx) => reportForm(trx, compound), { accessMode: 'read only' });
  }

  /** Who sends it is not asked, and not kept: neither account nor address. */
  @Post('report/:compound')
  @HttpCode(200)
  @Route({ permission: 'public', scope: 'system', audit: 'access', recordedBy: 'handler', body: reportSchema })
  async file(@Req() request: FastifyRequest, @Param('compound') id: string, @Body() body: unknown): Promise<Receipt> {
    const compound = validated(idSchema, id, 'report.file');
    const report = validated(reportSchema, body, 'report.file');
    const filed = await this.desk.file({ ...report, compound, reporter: null }, request.ip);
    return { report: filed.report, upload: filed.upload, code: filed.code };
  }

  @Put('report/:compound/picture/:token')
  @HttpCode(204)
  @Route({
    permission: 'public',
    scope: 'system',
    audit: 'access',
    recordedBy: 'handler',
    bodyType: 'application/octet-stream',
  })
  async picture(
    @Req() request: FastifyRequest,
    @Param('compound') id: string,
    @Param('token') token: string,
  ): Promise<void> {
    const compound = validated(idSchema, id, 'report.picture');
    await this.desk.expectPicture({ compound, token }, request.ip);
    const options = { encoding: request.headers['content-encoding'], limit: MOST_PICTURE_BYTES };
    const bytes = await readBody(streamedBody(request), options);
    await this.desk.addPicture(compound, token, bytes);
  }

  @Post('report-standing')
  @HttpCode(200)
  @Route({ permission: 'public', scope: 'system', audit: 'access', recordedBy: 'handler', body: codeSchema })
  standing(@Req() request: FastifyRequest, @Body() body: unknown): Promise<ReportStanding> {
    const { code } = validated(codeSchema, body, 'report.standing');
    return this.desk.standing(code, request.ip);
  }

  /** Of somebody on duty, whose account stands in the log of the incident. */
  @Post('reports')
  @HttpCode(200)
  @Route({ permission: 'reports.make', scope: 'caller', audit: 'change', body: ownSchema })
  async fileOnDuty(@Req() request: FastifyRequest, @Body() body: unknown): Promise<FiledReport> {
    const report = validated(ownSchema, body, 'report.file');
    const { id: reporter } = callerOf(request);
    await readAs(this.db, request, (trx) => reportForm(trx, report.compound));
    return this.desk.file({ ...report, reporter }, reporter);
  }

  @Get('incidents/:id/reports')
  @Route({ permission: 'incidents.read', scope: 'caller', audit: 'none' })
  async list(@Req() request: FastifyRequest, @Param('id') id: string): Promise<{ reports: readonly ReportView[] }> {
    const incident = validated(z.guid(), id, 'report.list');
    return { reports: await readAs(this.db, request, (trx) => reportsOfIncident(trx, incident)) };
  }

  /** As it was written, numbers and all: under the grant of the incident's evidence. */
  @Get('reports/:id/original')
  @Route({ permission: 'evidence.open', scope: 'caller', audit: 'evidence', recordedBy: 'handler', query: grantSchema })
  async original(
    @Req() request: FastifyRequest,
    @Param('id') id: string,
    @Query() query: unknown,
  ): Promise<{ text: string }> {
    const report = validated(z.guid(), id, 'report.open');
    const granted = grantSchema.safeParse(query);
    if (!granted.success) throw new AnGridError('evidence.reason-required', { op: 'report.open', subject: report });
    const { id: account, role } = callerOf(request);
    const now = new Date(this.clock.wall());
    return changeAs(this.db, request, async (trx) => {
      const { text, compound, reason } = await this.desk.open(trx, { report, account, grant: granted.data.grant });
      const entry = { actor: account, role, action: 'report.open', auditClass: 'evidence', reason };
      await appendAudit(trx, { ...entry, subject: `report ${report}`, compound }, now);
      return { text };
    });
  }
}
