import { Controller, Get, Inject, Query } from '@nestjs/common';
import { sql } from 'kysely';
import { z } from 'zod';
import type { CloudDatabase } from '../database.js';
import { Route } from '../platform/http/route.js';
import { validated } from '../platform/http/validated.js';
import { DATABASE } from '../platform/tokens.js';

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
}

@Controller('api/audit')
export class AuditController {
  constructor(@Inject(DATABASE) private readonly db: CloudDatabase) {}

  /** Latest first; the auditor's own reading is on record too. */
  @Get()
  @Route({ permission: 'audit.read', scope: 'system', audit: 'read' })
  async list(@Query() query: unknown): Promise<{ entries: readonly AuditEntry[] }> {
    const { before, limit } = validated(filterSchema, query, 'audit.list');
    const { rows } = await sql<AuditEntry>`
      select l.audit_id as id, l.at, coalesce(a.label || ' (' || a.login || ')', l.actor) as actor, l.role, l.action,
        l.audit_class as "auditClass", l.subject, l.compound_id as compound, l.reason
      from audit_log l left join accounts a on a.account_id::text = l.actor
      where l.audit_id < ${before}
      order by l.audit_id desc
      limit ${limit}`.execute(this.db.service);
    return { entries: rows };
  }
}
