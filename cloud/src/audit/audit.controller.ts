import { Controller, Get, Inject, Query } from '@nestjs/common';
import { sql } from 'kysely';
import { z } from 'zod';
import type { CloudSettings } from '../config/settings.js';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { systemScope, withScope } from '../platform/database/index.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { DATABASE, SETTINGS } from '../platform/tokens.js';
import { viewWitness, type WitnessView } from './witness.js';

const filterSchema = z.object({
  before: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER).default(Number.MAX_SAFE_INTEGER),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

interface AuditEntry {
  readonly id: number;
  readonly at: Date;
  readonly actor: string;
  readonly role: string;
  readonly action: string;
  readonly auditClass: string;
  readonly subject: string | null;
  readonly compound: string | null;
  readonly reason: string | null;
  /** What was made, and what the request named. */
  readonly detail: Readonly<Record<string, unknown>> | null;
  /** Somebody worked on something that the auditor is not entitled to see: who, what and when, but not on what. */
  readonly restricted: boolean;
}

@Controller('api/audit')
export class AuditController {
  constructor(
    @Inject(DATABASE) private readonly db: CloudDatabase,
    @Inject(SETTINGS) private readonly settings: CloudSettings,
  ) {}

  /** Latest first; the auditor's own reading is on record too. */
  @Get()
  @Route({ permission: 'audit.read', scope: 'system', audit: 'read', query: filterSchema })
  async list(@Query() query: unknown): Promise<{ entries: readonly AuditEntry[] }> {
    const { before, limit } = validated(filterSchema, query, 'audit.list');
    const read = { before, limit };
    return { entries: await withScope(this.db.service, systemScope('audit'), (trx) => entriesOf(trx, read)) };
  }

  /** Whether somebody outside the house would notice that the log was written anew. */
  @Get('witness')
  @Route({ permission: 'audit.read', scope: 'system', audit: 'none' })
  witness(): Promise<WitnessView> {
    return viewWitness(this.db, this.settings.audit.witness.url !== undefined);
  }
}

async function entriesOf(
  trx: CloudTransaction,
  { before, limit }: z.infer<typeof filterSchema>,
): Promise<AuditEntry[]> {
  const { rows } = await sql<AuditEntry>`
    select l.audit_id as id, l.at, coalesce(a.label || ' (' || a.login || ')', l.actor) as actor, l.role, l.action,
      l.audit_class as "auditClass", r.restricted, l.compound_id as compound,
      case when not r.restricted then l.subject end as subject, case when not r.restricted then l.reason end as reason,
      case when not r.restricted then l.detail end as detail
    from audit_log l
    left join accounts a on a.account_id::text = l.actor
    cross join lateral (select ${namesRestricted} as restricted) r
    where l.audit_id < ${before}
    order by l.audit_id desc
    limit ${limit}`.execute(trx);
  return rows;
}

/** The subject names a restricted incident, or a piece of evidence that belongs to a restricted alert. */
const namesRestricted = sql`(
  exists (
    select from incidents i
    where i.restricted and i.incident_id = substring(l.subject from '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}')::uuid)
  or exists (
    select from alert_evidence ae join alerts v on v.alert = ae.alert and v.compound_id = ae.compound_id
    where v.restricted and ae.evidence = substring(l.subject from '[0-9a-f]{64}')))`;
