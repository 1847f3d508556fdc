import { createHash } from 'node:crypto';
import { AnGridError } from '@angrid/contract';
import type { Clock, Log } from '@angrid/runtime';
import type { StoredEvidence } from '../media/media.js';
import type { PieceReader } from '../media/piece.js';
import type { Outbox, StateWrite } from '../outbox/outbox.js';
import { backOff } from './back-off.js';
import type { EvidenceTransport } from './transport.js';

/** Why the bytes of a piece of evidence will never reach the cloud. */
export type EvidenceLoss = 'file-missing' | 'file-damaged' | 'refused';

export interface EvidenceUploadParts {
  readonly outbox: Pick<Outbox, 'keep' | 'states'>;
  readonly transport: EvidenceTransport;
  /** A piece that is still on this disk. */
  readonly find: (evidence: string) => Promise<StoredEvidence | undefined>;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  /** True while alarms, records or descriptors wait: they go first. */
  readonly isHeldBack: () => boolean;
  readonly onLost: (evidence: string, loss: EvidenceLoss) => void;
}

const PREFIX = 'upload/';
const PART_BYTES = 256 * 1024;
const HELD_BACK_MS = 100;
/** Uploads that ended with a wrong hash, before it is given up. */
const MISMATCHES = 3;

/** Remembers an upload over restarts: to be written with the descriptor, in the same atom. */
export function uploadState({ data }: StoredEvidence): StateWrite {
  return { key: `${PREFIX}${data.evidence}`, json: JSON.stringify({ kind: data.kind }) };
}

/** Uploads evidence one piece after the other, snapshots before clips, in parts that go on where a cut link left off. */
export class EvidenceUpload {
  private readonly snapshots = new Set<string>();
  private readonly clips = new Set<string>();
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private uploaded = 0;

  constructor(private readonly parts: EvidenceUploadParts) {}

  /** Takes up what a former run left. */
  async start(): Promise<void> {
    for (const [key, json] of await this.parts.outbox.states(PREFIX)) {
      this.enqueue(key.slice(PREFIX.length), json.includes('"snapshot"') ? 'snapshot' : 'clip');
    }
    this.run();
  }

  /** Resolves when the upload is remembered. */
  async add(stored: StoredEvidence): Promise<void> {
    await this.parts.outbox.keep([uploadState(stored)]);
    this.enqueue(stored.data.evidence, stored.data.kind);
    this.run();
  }

  get waiting(): number {
    return this.snapshots.size + this.clips.size;
  }

  get done(): number {
    return this.uploaded;
  }

  async stop(): Promise<void> {
    this.stopping.abort(new AnGridError('uplink.unreachable', { op: 'uplink.evidence', detail: 'the gateway stops' }));
    await this.running;
  }

  private enqueue(evidence: string, kind: 'snapshot' | 'clip'): void {
    (kind === 'snapshot' ? this.snapshots : this.clips).add(evidence);
  }

  private run(): void {
    if (this.running || this.stopping.signal.aborted) return;
    this.running = this.uploadAll()
      .catch((error: unknown) => {
        if (!this.stopping.signal.aborted)
          this.parts.log.error({ err: error }, 'evidence is not uploaded any more until the next piece');
      })
      .finally(() => {
        this.running = undefined;
        if (this.next() !== undefined) this.run();
      });
  }

  private async uploadAll(): Promise<void> {
    const { clock, log, random } = this.parts;
    let failures = 0;
    for (let evidence = this.next(); evidence !== undefined; evidence = this.next()) {
      try {
        await this.upload(evidence);
        await this.forget(evidence);
        failures = 0;
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        failures += 1;
        log.debug({ err: error, evidence, failures }, 'evidence waits');
        this.moveBack(evidence);
        await clock.sleep(backOff(failures, random), this.stopping.signal);
      }
    }
  }

  private next(): string | undefined {
    for (const queue of [this.snapshots, this.clips]) for (const evidence of queue) return evidence;
    return undefined;
  }

  /** One that fails does not hold up the others. */
  private moveBack(evidence: string): void {
    for (const queue of [this.snapshots, this.clips]) if (queue.delete(evidence)) queue.add(evidence);
  }

  private async forget(evidence: string): Promise<void> {
    await this.parts.outbox.keep([{ key: `${PREFIX}${evidence}`, json: null }]);
    this.snapshots.delete(evidence);
    this.clips.delete(evidence);
  }

  private async upload(evidence: string): Promise<void> {
    const stored = await this.parts.find(evidence);
    const loss = stored ? await this.lossOf(stored) : 'file-missing';
    if (!stored || loss) return this.lose(evidence, loss ?? 'file-missing');
    for (let mismatches = 0; mismatches < MISMATCHES; mismatches += 1) {
      if (await this.sendParts(stored)) {
        this.uploaded += 1;
        return;
      }
    }
    this.lose(evidence, 'refused');
  }

  private lose(evidence: string, loss: EvidenceLoss): void {
    this.parts.log.error({ evidence, loss }, 'a piece of evidence will not reach the cloud');
    this.parts.onLost(evidence, loss);
  }

  /** True when the cloud has it all and its hash fits; false when it had to begin anew. */
  private async sendParts({ open, data: { evidence, bytes: total } }: StoredEvidence): Promise<boolean> {
    const { transport } = this.parts;
    const { signal } = this.stopping;
    const piece = await open();
    try {
      await this.giveWay();
      for (let offset = await transport.offset(evidence, signal); offset < total;) {
        await this.giveWay();
        const bytes = await piece.read(offset, Math.min(PART_BYTES, total - offset));
        const end = await transport.put({ evidence, offset, total, bytes }, signal);
        if (end <= offset || end > total)
          throw new AnGridError('uplink.unreachable', {
            op: 'uplink.evidence-put',
            subject: evidence,
            detail: `offset ${end} after ${offset}`,
          });
        offset = end;
      }
      return true;
    } catch (error) {
      if (error instanceof AnGridError && error.code === 'evidence.hash-mismatch') return false;
      throw error;
    } finally {
      await piece.close();
    }
  }

  private async giveWay(): Promise<void> {
    while (this.parts.isHeldBack()) await this.parts.clock.sleep(HELD_BACK_MS, this.stopping.signal);
  }

  private async lossOf({ open, data }: StoredEvidence): Promise<EvidenceLoss | undefined> {
    try {
      const piece = await open();
      return (await isWhole(piece, data).finally(() => piece.close())) ? undefined : 'file-damaged';
    } catch (error) {
      return error instanceof AnGridError ? 'file-damaged' : 'file-missing';
    }
  }
}

async function isWhole(piece: PieceReader, { bytes, sha256 }: StoredEvidence['data']): Promise<boolean> {
  const hash = createHash('sha256');
  let length = 0;
  for (let part = await piece.read(0, PART_BYTES); part.length > 0; part = await piece.read(length, PART_BYTES)) {
    hash.update(part);
    length += part.length;
  }
  return length === bytes && hash.digest('hex') === sha256;
}
