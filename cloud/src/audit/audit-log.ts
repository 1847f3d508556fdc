import { sha256 } from '@angrid/contract/signing';
import type { Clock } from '@angrid/runtime';
import { sql } from 'kysely';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import type { AuditRecord, AuditSink } from '../platform/http/audit-interceptor.js';

/** One writer at a time, over all replicas: each row holds the hash of the row before. */
const WRITER_LOCK = 4_714_201_812;
const SEED = sha256('angrid/audit/1');

export interface AuditRow {
  readonly at: Date;
  readonly actor: string;
  readonly role: string;
  readonly action: string;
  readonly audit_class: string;
  readonly subject: string | null;
  readonly compound_id: string | null;
  readonly reason: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The append-only log of who did what: a hash chain, so that a row that was changed or taken out shows. */
export class AuditLog implements AuditSink {
  constructor(
    private readonly db: CloudDatabase,
    private readonly clock: Pick<Clock, 'wall'>,
  ) {}

  async record(entry: AuditRecord): Promise<void> {
    await this.db.service.transaction().execute((trx) => appendAudit(trx, entry, new Date(this.clock.wall())));
  }
}

/** Writes within a transaction of the caller: the record stands or falls with what it records. */
export async function appendAudit(trx: CloudTransaction, entry: AuditRecord, now: Date): Promise<void> {
  await sql`select pg_advisory_xact_lock(${WRITER_LOCK})`.execute(trx);
  const last = await trx.selectFrom('audit_log').select('hash').orderBy('audit_id', 'desc').limit(1).executeTakeFirst();
  const row: AuditRow = {
    at: now,
    actor: entry.actor,
    role: entry.role,
    action: entry.action,
    audit_class: entry.auditClass,
    subject: entry.subject,
    compound_id: entry.compound ?? null,
    reason: entry.reason ?? null,
    detail: {},
  };
  const previous = last?.hash ?? SEED;
  await trx
    .insertInto('audit_log')
    .values({ ...row, detail: JSON.stringify(row.detail), prev_hash: previous, hash: auditHash(previous, row) })
    .execute();
}

export function auditHash(previous: string, row: AuditRow): string {
  const { at, actor, role, action, audit_class: auditClass, subject, compound_id: compound, reason, detail } = row;
  const content = [at.toISOString(), actor, role, action, auditClass, subject, compound, reason, detail];
  return sha256(JSON.stringify(['angrid/audit/1', previous, ...content]));
}

export interface AuditVerdict {
  readonly rows: number;
  /** The first row that does not fit the one before it; undefined where the chain is whole. */
  readonly brokenAt?: number;
}

const PAGE = 1000;

/** Reads the log through. A chain whose end was cut off is found by comparing `rows` with an earlier reading. */
export async function verifyAuditLog(db: CloudDatabase): Promise<AuditVerdict> {
  let previous = SEED;
  let after = 0;
  for (let rows = 0; ;) {
    const page = await db.service
      .selectFrom('audit_log')
      .selectAll()
      .where('audit_id', '>', after)
      .orderBy('audit_id')
      .limit(PAGE)
      .execute();
    for (const row of page) {
      const fits = row.prev_hash === previous && row.hash === auditHash(previous, row);
      if (!fits) return { rows, brokenAt: row.audit_id };
      previous = row.hash;
      after = row.audit_id;
      rows += 1;
    }
    if (page.length < PAGE) return { rows };
  }
}
