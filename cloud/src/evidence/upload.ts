import { AnGridError } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { sql } from 'kysely';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { announce } from '../dispatch/feed.js';
import { withScope } from '../platform/database/index.js';
import type { Principal } from '../platform/http/principal.js';
import type { EvidenceFiles, PieceAddress } from './evidence-files.js';

/** A piece above it is refused, whatever its descriptor says. */
const MOST_BYTES = 64 * 1024 * 1024;

interface Piece extends PieceAddress {
  readonly bytes: number;
  readonly complete: boolean;
}

export interface UploadPart {
  readonly evidence: string;
  /** Where the sender believes that the part begins. */
  readonly offset: number;
  readonly body: AsyncIterable<Buffer>;
}

/**
 * Takes the bytes of evidence from the gateway that has announced it, in parts that go on where the last one ended.
 * One part of a piece at a time.
 */
export class EvidenceUploads {
  private readonly busy = new Map<string, Promise<unknown>>();

  constructor(
    private readonly db: CloudDatabase,
    private readonly clock: Pick<Clock, 'wall'>,
    private readonly files: EvidenceFiles,
  ) {}

  /** Bytes that are there. Throws subject.not-found, also for a piece of another gateway. */
  async offset(gateway: Principal, evidence: string): Promise<number> {
    return this.alone(gateway, evidence, async () => this.arrived(gateway, await this.find(gateway, evidence)));
  }

  /**
   * Adds a part; the bytes that are there then. Throws subject.not-found, subject.conflict where the part begins
   * elsewhere, input.too-large for more than was announced, and evidence.hash-mismatch.
   */
  async add(gateway: Principal, { evidence, offset, body }: UploadPart): Promise<number> {
    return this.alone(gateway, evidence, async () => {
      const piece = await this.find(gateway, evidence);
      const before = await this.arrived(gateway, piece);
      if (before !== offset) {
        const detail = `${before} bytes are there, not ${offset}`;
        throw new AnGridError('subject.conflict', { op: 'evidence.add', subject: evidence, detail });
      }
      if (before === piece.bytes) return before;
      const after = await this.files.append(piece, body, piece.bytes - before);
      if (after === piece.bytes) await this.complete(gateway, piece);
      return after;
    });
  }

  private async find({ id, scope }: Principal, evidence: string): Promise<Piece> {
    const found = await withScope(this.db.service, scope, (trx) =>
      trx
        .selectFrom('evidence')
        .select(['compound_id as compound', 'sha256', 'bytes', 'complete_at'])
        .where('evidence', '=', evidence)
        .where('gateway_id', '=', id)
        .executeTakeFirst(),
    );
    if (!found) throw new AnGridError('subject.not-found', { op: 'evidence.upload', subject: evidence });
    if (found.bytes > MOST_BYTES)
      throw new AnGridError('input.too-large', { op: 'evidence.upload', subject: evidence });
    const { compound, sha256, bytes } = found;
    return { compound, evidence, sha256, bytes, complete: found.complete_at !== null };
  }

  /** A piece that lies under its hash is whole; where the last run ended before that was noted, it is noted now. */
  private async arrived(gateway: Principal, piece: Piece): Promise<number> {
    if ((await this.files.wholeBytes(piece)) !== piece.bytes) return this.files.arrivedBytes(piece);
    if (!piece.complete) await this.noteComplete(gateway, piece);
    return piece.bytes;
  }

  private async complete(gateway: Principal, piece: Piece): Promise<void> {
    await this.files.complete(piece);
    await this.noteComplete(gateway, piece);
  }

  private async noteComplete({ scope }: Principal, { compound, evidence, bytes }: Piece): Promise<void> {
    const now = new Date(this.clock.wall());
    await withScope(this.db.service, scope, async (trx) => {
      await trx
        .updateTable('evidence')
        .set({ complete_at: now, stored_bytes: bytes })
        .where('evidence', '=', evidence)
        .where('compound_id', '=', compound)
        .execute();
      await announceEvidence(trx, evidence, now);
    });
  }

  /** Runs `work` after all else that is under way for the piece. */
  private async alone<T>(gateway: Principal, evidence: string, work: () => Promise<T>): Promise<T> {
    const key = `${gateway.id}/${evidence}`;
    const before = this.busy.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.busy.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.busy.get(key) === mine) this.busy.delete(key);
    }
  }
}

/** The console shows the piece at each alert and incident that it belongs to. */
export async function announceEvidence(trx: CloudTransaction, evidence: string, now: Date): Promise<void> {
  const { rows } = await sql<{ alert: string; incident: string | null; compound: string; unitPath: string | null }>`
    select a.alert, a.incident_id as incident, a.compound_id as compound, a.unit_path as "unitPath"
    from alert_evidence ae
    join alerts a on a.alert = ae.alert and a.compound_id = ae.compound_id
    where ae.evidence = ${evidence}`.execute(trx);
  const alerts = rows.map(({ alert, ...place }) => ({ topic: 'alert' as const, subject: alert, ...place }));
  const incidents = new Map(rows.flatMap((row) => (row.incident === null ? [] : [[row.incident, row] as const])));
  const news = [...incidents].map(([subject, { compound, unitPath }]) => ({
    topic: 'incident' as const,
    subject,
    compound,
    unitPath,
  }));
  await announce(trx, [...alerts, ...news], now);
}
