import { sha256 } from '@angrid/contract/signing';
import type { Clock } from '@angrid/runtime';
import { AttemptLimiter } from '../accounts/attempt-limiter.js';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { holdLock } from '../platform/database/index.js';
import type { AuditRecord, AuditSink } from '../platform/http/audit-record.js';
import { redact } from '../reports/redact.js';
import type { AuditRoot } from './audit-root.js';

/** Of one caller: enough to see it, too few to fill the log or to hold up its writer. */
const REFUSALS = { burst: 60, refillMs: 10_000 };
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

interface ChainedRow extends AuditRow {
  readonly audit_id: number;
  readonly prev_hash: string;
  readonly hash: string;
}

/** The append-only log of who did what: a hash chain, so that a row that was changed or taken out shows. */
export class AuditLog implements AuditSink {
  private readonly refusals: AttemptLimiter;

  constructor(
    private readonly db: CloudDatabase,
    private readonly clock: Pick<Clock, 'wall' | 'monotonic'>,
  ) {
    this.refusals = new AttemptLimiter(clock, REFUSALS);
  }

  /** The reason of a change loses its numbers; that of an opening, which may be the number of a case, does not come here. */
  async record({ reason, ...rest }: AuditRecord): Promise<void> {
    const entry = reason === undefined ? rest : { ...rest, reason: redact(reason).text };
    await this.db.service.transaction().execute((trx) => appendAudit(trx, entry, new Date(this.clock.wall())));
  }

  async refused(entry: AuditRecord): Promise<void> {
    if (this.refusals.take(entry.actor)) await this.record(entry);
  }
}

/**
 * Writes within a transaction of the caller: the record stands or falls with what it records. One writer at a time, over
 * all replicas: each row holds the hash of the row before.
 */
export async function appendAudit(trx: CloudTransaction, entry: AuditRecord, now: Date): Promise<void> {
  await holdLock('audit log').execute(trx);
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
    detail: entry.detail ?? {},
  };
  const previous = last?.hash ?? SEED;
  await trx
    .insertInto('audit_log')
    .values({ ...row, detail: JSON.stringify(row.detail), prev_hash: previous, hash: auditHash(previous, row) })
    .execute();
}

export function auditHash(previous: string, row: AuditRow): string {
  const { at, actor, role, action, audit_class: auditClass, subject, compound_id: compound, reason, detail } = row;
  const content = [at.toISOString(), actor, role, action, auditClass, subject, compound, reason, sorted(detail)];
  return sha256(JSON.stringify(['angrid/audit/1', previous, ...content]));
}

/** The database gives the keys back in an order of its own. */
function sorted(detail: AuditRow['detail']): AuditRow['detail'] {
  return Object.fromEntries(Object.entries(detail).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export interface AuditVerdict {
  /** Rows that were read and fit, and the hash of the last of them. */
  readonly read: AuditRoot;
  /** The first row that does not fit the one before it; undefined where the chain is whole. */
  readonly brokenAt?: number;
  /** The first root that the chain does not hold. */
  readonly lost?: AuditRoot;
}

const PAGE = 1000;

/**
 * Reads the log through. That its end was cut off, or that all of it was written anew, is found by the roots that
 * somebody else has noted: a whole chain holds each of them.
 */
export async function verifyAuditLog(db: CloudDatabase, roots: readonly AuditRoot[] = []): Promise<AuditVerdict> {
  let read: AuditRoot = { rows: 0, hash: SEED };
  for await (const row of auditRows(db)) {
    const fits = row.prev_hash === read.hash && row.hash === auditHash(read.hash, row);
    if (!fits) return { read, brokenAt: row.audit_id };
    read = { rows: read.rows + 1, hash: row.hash };
    const lost = roots.find(({ rows, hash }) => rows === read.rows && hash !== read.hash);
    if (lost) return { read, lost };
  }
  const lost = roots.find(({ rows }) => rows > read.rows);
  return { read, ...(lost && { lost }) };
}

async function* auditRows(db: CloudDatabase): AsyncGenerator<ChainedRow> {
  for (let after = 0; ;) {
    const page = await db.service
      .selectFrom('audit_log')
      .selectAll()
      .where('audit_id', '>', after)
      .orderBy('audit_id')
      .limit(PAGE)
      .execute();
    yield* page;
    after = page.at(-1)?.audit_id ?? after;
    if (page.length < PAGE) return;
  }
}
