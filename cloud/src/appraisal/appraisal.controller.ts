import type { Clock } from '@angrid/runtime';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { changeAs, readAs } from '../console/scoped.js';
import type { CloudDatabase } from '../database.js';
import { callerOf } from '../platform/http/caller.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { CLOCK, DATABASE } from '../platform/tokens.js';
import type { Governance } from '../playbooks/governance.js';
import { GOVERNANCE } from '../playbooks/tokens.js';
import { reasonText } from '../reports/free-text.js';
import { refuseForeign } from '../rosters/change-roster.js';
import { instantOf } from '../rosters/local-time.js';
import { appraisedBy } from './appraised.js';
import { newCourseSchema, recordCourse } from './courses.js';
import { correctEntry, ledgerOf, type LedgerPage } from './ledger.js';
import { type AppraisalReport, appraise, periodIn, type Reporting } from './report.js';
import { workbookOf } from './workbook.js';

const MAX_LEVEL = 9;
const reportFields = {
  playbook: z.string().max(48).optional(),
  period: z.string().max(8).optional(),
};
const reportSchema = z.object({
  ...reportFields,
  tree: z.string().min(1).max(64).optional(),
  level: z.coerce.number().int().min(0).max(MAX_LEVEL).optional(),
});
const exportSchema = reportSchema.extend({ locale: z.enum(['zh-CN', 'en']).default('zh-CN') });
const ledgerSchema = z.object({
  ...reportFields,
  unit: z.string().min(1).max(400).optional(),
  account: z.guid().optional(),
  before: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER).optional(),
});
const correctionSchema = z.strictObject({ reason: reasonText(200) });
const entrySchema = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** How units and holders of duties have handled what fell to them. Within the units of the caller. */
@Controller('api/appraisal')
export class AppraisalController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(GOVERNANCE) private readonly governance: Governance,
  ) {}

  @Get()
  @Route({ permission: 'appraisal.read', scope: 'caller', audit: 'none', query: reportSchema })
  report(@Req() request: FastifyRequest, @Query() query: unknown): Promise<AppraisalReport> {
    const wish = validated(reportSchema, query, 'appraisal.read');
    return readAs(this.db, request, (trx) => appraise(trx, wish, this.reporting()));
  }

  @Get('export.xlsx')
  @Route({ permission: 'appraisal.read', scope: 'caller', audit: 'read', query: exportSchema, answerType: XLSX })
  async export(@Req() request: FastifyRequest, @Query() query: unknown, @Res() reply: FastifyReply): Promise<void> {
    const { locale, ...wish } = validated(exportSchema, query, 'appraisal.export');
    const report = await readAs(this.db, request, (trx) => appraise(trx, wish, this.reporting()));
    const name = `angrid-appraisal-${report.playbook.id}-${report.period.id}.xlsx`;
    await reply
      .header('content-type', XLSX)
      .header('content-disposition', `attachment; filename="${name}"`)
      .send(await workbookOf(report, locale));
  }

  /** The rows of one unit, of one holder of a duty, or all. */
  @Get('points')
  @Route({ permission: 'appraisal.read', scope: 'caller', audit: 'none', query: ledgerSchema })
  points(@Req() request: FastifyRequest, @Query() query: unknown): Promise<LedgerPage> {
    const wish = validated(ledgerSchema, query, 'appraisal.points');
    const playbook = appraisedBy(this.governance, wish.playbook);
    const period = periodIn(playbook, wish.period, this.reporting());
    const { unit, account, before } = wish;
    const page = { playbook: playbook.id, period, unit, account, before };
    return readAs(this.db, request, (trx) => ledgerOf(trx, page));
  }

  @Post('points/:entry/correct')
  @HttpCode(204)
  @Route({ permission: 'appraisal.manage', scope: 'caller', audit: 'change', body: correctionSchema })
  async correct(@Req() request: FastifyRequest, @Param('entry') id: string, @Body() body: unknown): Promise<void> {
    const entry = validated(entrySchema, id, 'appraisal.correct');
    const { reason } = validated(correctionSchema, body, 'appraisal.correct');
    const by = { author: callerOf(request).id, now: this.reporting().now };
    await changeAs(this.db, request, (trx) => correctEntry(trx, { entry, reason }, by));
  }

  @Post('courses')
  @HttpCode(200)
  @Route({ permission: 'appraisal.manage', scope: 'caller', audit: 'change', body: newCourseSchema })
  async course(@Req() request: FastifyRequest, @Body() body: unknown): Promise<{ id: string }> {
    const course = validated(newCourseSchema, body, 'appraisal.course');
    const { id: author, scope } = callerOf(request);
    refuseForeign(scope.units, course.unit);
    const playbook = appraisedBy(this.governance, course.playbook);
    const heldAt = instantOf({ date: course.heldOn, minute: 0 }, this.governance.zone);
    const recording = { playbook, author, heldAt, now: this.reporting().now, zone: this.governance.zone };
    return { id: await changeAs(this.db, request, (trx) => recordCourse(trx, course, recording)) };
  }

  private reporting(): Reporting {
    return { governance: this.governance, now: new Date(this.clock.wall()) };
  }
}
