import { AnGridError } from '@angrid/contract';
import { sql } from 'kysely';
import { tokenHash } from '../accounts/token.js';
import type { SealingBox } from '../channels/sealing.js';
import type { CloudTransaction } from '../database.js';
import type { ReportCategory } from '../playbooks/playbook.js';
import type { IncidentState } from '../schema.js';
import { tidyCode } from './code.js';
import { sealedFor } from './file-report.js';
import type { RedactionCounts } from './redact.js';

/** What the form needs to know of a compound: its name and its places. */
export interface ReportForm {
  readonly name: string;
  readonly places: readonly { readonly id: string; readonly name: string }[];
}

/** Throws subject.not-found. */
export async function reportForm(trx: CloudTransaction, compound: string): Promise<ReportForm> {
  const { rows } = await sql<ReportForm>`
    select c.name, coalesce((
      select json_agg(json_build_object('id', p.place_id, 'name', p.name) order by p.name)
      from (select * from places where compound_id = c.compound_id order by name limit 500) p), '[]') as places
    from compounds c where c.compound_id = ${compound}`.execute(trx);
  const [form] = rows;
  if (form) return form;
  throw new AnGridError('subject.not-found', { op: 'report.form', subject: compound });
}

/** How it stands, and nothing of who does what. */
export interface ReportStanding {
  readonly category: ReportCategory;
  readonly at: Date;
  readonly state: IncidentState;
  readonly closedAt: Date | null;
}

interface KnownReport extends ReportStanding {
  readonly report: string;
  readonly compound: string;
}

/** Throws subject.not-found for a code that nobody was given. */
export async function standingOf(trx: CloudTransaction, code: string): Promise<KnownReport> {
  const { rows } = await sql<KnownReport>`
    select r.report_id as report, r.compound_id as compound, r.category, r.created_at as at, i.state, i.closed_at as "closedAt"
    from reports r join incidents i on i.incident_id = r.incident_id
    where r.code_hash = ${tokenHash(tidyCode(code))}`.execute(trx);
  const [standing] = rows;
  if (standing) return standing;
  throw new AnGridError('subject.not-found', { op: 'report.standing' });
}

export interface ReportView {
  readonly id: string;
  readonly category: ReportCategory;
  readonly text: string;
  readonly redacted: RedactionCounts;
  readonly at: Date;
  /** Whether somebody on duty reported it. */
  readonly onDuty: boolean;
}

/** The reports of an incident, as everybody who sees it may read them. Throws subject.not-found where nobody may. */
export async function reportsOfIncident(trx: CloudTransaction, incident: string): Promise<readonly ReportView[]> {
  const seen = await trx
    .selectFrom('incidents')
    .select('incident_id')
    .where('incident_id', '=', incident)
    .executeTakeFirst();
  if (!seen) throw new AnGridError('subject.not-found', { op: 'report.list', subject: incident });
  return trx
    .selectFrom('reports')
    .select(['report_id as id', 'category', 'text', 'redacted', 'created_at as at'])
    .select(sql<boolean>`reporter is not null`.as('onDuty'))
    .where('incident_id', '=', incident)
    .orderBy('created_at')
    .limit(50)
    .execute();
}

export interface OpenedReport {
  readonly text: string;
  readonly compound: string;
  readonly incident: string;
  readonly reason: string;
}

export interface OpeningReport {
  readonly report: string;
  readonly grant: string;
  readonly account: string;
}

/**
 * The text as it was written, under a grant for its incident that is the account's own. Throws evidence.reason-required
 * without one that holds, and subject.not-found.
 */
export async function openReport(
  trx: CloudTransaction,
  { report, grant, account }: OpeningReport,
  { box, now }: { readonly box: SealingBox; readonly now: Date },
): Promise<OpenedReport> {
  const { rows } = await sql<Omit<OpenedReport, 'text'> & { sealed: Buffer; reason: string | null }>`
    select r.sealed, r.compound_id as compound, r.incident_id as incident, g.reason
    from reports r left join evidence_grants g on g.incident_id = r.incident_id and g.grant_id = ${grant}
      and g.account_id = ${account} and g.expires_at > ${now}
    where r.report_id = ${report}`.execute(trx);
  const [found] = rows;
  if (!found) throw new AnGridError('subject.not-found', { op: 'report.open', subject: report });
  const { sealed, compound, incident, reason } = found;
  if (reason === null) throw new AnGridError('evidence.reason-required', { op: 'report.open', subject: report });
  return { text: box.open(sealed, sealedFor(report)), compound, incident, reason };
}
