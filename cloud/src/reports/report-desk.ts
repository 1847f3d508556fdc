import { AnGridError } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { sql } from 'kysely';
import { AttemptLimiter } from '../accounts/attempt-limiter.js';
import { appendAudit } from '../audit/audit-log.js';
import type { SealingBox } from '../channels/sealing.js';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import type { EvidenceFiles } from '../evidence/evidence-files.js';
import { systemScope, withScope } from '../platform/database/index.js';
import type { Governance } from '../playbooks/governance.js';
import { type FiledReport, fileReport, type NewReport } from './file-report.js';
import { keepPicture, type PictureToken, requireToken } from './keep-picture.js';
import { type OpenedReport, type OpeningReport, openReport, type ReportStanding, standingOf } from './read-reports.js';

export interface ReportDeskParts {
  readonly db: CloudDatabase;
  readonly clock: Clock;
  readonly files: EvidenceFiles;
  readonly governance: Governance;
  readonly box: SealingBox;
}

const PER_SENDER = { burst: 5, refillMs: 120_000 };
const PER_COMPOUND = { most: 40, withinMs: 600_000 };
const PER_ASKER = { burst: 10, refillMs: 30_000 };
const PER_UPLOADER = { burst: 10, refillMs: 30_000 };

/**
 * Takes what people report, and no more than can be looked after: so much a compound, over all processes of the cloud, and so
 * much a sender, whom each process remembers by itself, because an address is written nowhere.
 */
export class ReportDesk {
  private readonly senders: AttemptLimiter;
  private readonly askers: AttemptLimiter;
  private readonly uploaders: AttemptLimiter;

  constructor(private readonly parts: ReportDeskParts) {
    this.senders = new AttemptLimiter(parts.clock, PER_SENDER);
    this.askers = new AttemptLimiter(parts.clock, PER_ASKER);
    this.uploaders = new AttemptLimiter(parts.clock, PER_UPLOADER);
  }

  /** `sender`: an address or an account; it is kept nowhere. Throws report.too-many and subject.not-found. */
  async file(report: NewReport, sender: string): Promise<FiledReport> {
    if (!this.senders.take(sender)) throw tooMany('report.file');
    const { governance, box } = this.parts;
    const now = this.now();
    return this.within(report.compound, async (trx) => {
      if (await isFlooded(trx, report.compound, now)) throw tooMany('report.file');
      const filed = await fileReport(trx, report, { governance, box, now });
      if (report.reporter === null)
        await note(trx, { action: 'report.file', compound: report.compound, id: filed.report }, now);
      return filed;
    });
  }

  /** Before a byte of it is read. Throws report.too-many, and subject.not-found for a token that does not hold. */
  async expectPicture(awaited: PictureToken, address: string): Promise<void> {
    if (!this.uploaders.take(address)) throw tooMany('report.picture');
    await this.within(awaited.compound, (trx) => requireToken(trx, awaited, this.now()));
  }

  async addPicture(compound: string, token: string, bytes: Buffer): Promise<void> {
    const { files } = this.parts;
    const now = this.now();
    await this.within(compound, async (trx) => {
      const id = await keepPicture(trx, { compound, token, bytes }, { files, now });
      await note(trx, { action: 'report.picture', compound, id }, now);
    });
  }

  /** Codes cannot be tried out. Throws report.too-many and subject.not-found. */
  async standing(code: string, address: string): Promise<ReportStanding> {
    if (!this.askers.take(address)) throw tooMany('report.standing');
    const now = this.now();
    return withScope(this.parts.db.service, systemScope('reports'), async (trx) => {
      const { report: id, compound, ...standing } = await standingOf(trx, code);
      await note(trx, { action: 'report.standing', compound, id }, now);
      return standing;
    });
  }

  open(trx: CloudTransaction, opening: OpeningReport): Promise<OpenedReport> {
    return openReport(trx, opening, { box: this.parts.box, now: this.now() });
  }

  private within<T>(compound: string, work: (trx: CloudTransaction) => Promise<T>): Promise<T> {
    const scope = { compounds: [compound], units: 'all', actor: 'system:reports' } as const;
    return withScope(this.parts.db.service, scope, work);
  }

  private now(): Date {
    return new Date(this.parts.clock.wall());
  }
}

/** What came of late stands in the table; it serves as the count. */
async function isFlooded(trx: CloudTransaction, compound: string, now: Date): Promise<boolean> {
  const since = new Date(now.getTime() - PER_COMPOUND.withinMs);
  const { rows } = await sql<{ flooded: boolean }>`
    select count(*) >= ${PER_COMPOUND.most} as flooded from reports
    where compound_id = ${compound} and created_at > ${since}`.execute(trx);
  return rows[0]?.flooded === true;
}

/** That it was done; by whom, nobody knows. */
async function note(
  trx: CloudTransaction,
  { action, compound, id }: { readonly action: string; readonly compound: string; readonly id: string },
  now: Date,
): Promise<void> {
  const entry = { actor: 'anonymous', role: 'public', action, auditClass: 'access', subject: `report ${id}`, compound };
  await appendAudit(trx, entry, now);
}

function tooMany(op: string): AnGridError {
  return new AnGridError('report.too-many', { op });
}
