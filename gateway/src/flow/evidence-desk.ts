import { AnGridError, type Severity } from '@angrid/contract';
import type { Clock, Log } from '@angrid/runtime';
import type { GrayFrame } from '../media/gray-frame.js';
import type { EvidenceRequest, Media, StoredEvidence } from '../media/media.js';
import type { SiteFacts } from '../normalise/index.js';
import type { Outbox } from '../outbox/outbox.js';
import type { Tally } from '../telemetry/tally.js';
import { uploadState } from '../uplink/evidence-upload.js';
import { evidenceDraft } from './items.js';

export interface EvidenceDeskOptions {
  readonly media: Pick<Media, 'snapshot' | 'smallPicture' | 'clip' | 'writing'>;
  readonly outbox: Pick<Outbox, 'append'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly tally: Tally;
  facts(): SiteFacts;
  /** Of a camera that cannot see now: the last picture with which nothing was wrong. */
  before(camera: string): GrayFrame | undefined;
  /** Told of each piece that is to be uploaded; its descriptor is durable by then. */
  onStored(evidence: StoredEvidence): void;
}

/** Alerts of severity 1 and 2 get their clip whatever it writes. */
const LOWEST_WITH_CLIP: Severity = 2;

/** Orders snapshot and clip of each camera that looks at an alerting door, and announces them to the cloud. */
export class EvidenceDesk {
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly options: EvidenceDeskOptions) {}

  /** Returns at once: pictures never hold up an alert. */
  order(alert: string, cameras: readonly string[], severity: Severity): void {
    const { clock, tally } = this.options;
    const spares = this.spares(severity);
    for (const camera of cameras) {
      const request = { camera, alerts: [alert], atMs: clock.wall(), monotonicMs: clock.monotonic() };
      const before = this.options.before(camera);
      if (before) this.follow(this.store('snapshot', camera, () => this.lookBack(before, alert)));
      this.follow(this.capture('snapshot', request));
      if (spares) tally.drop('clip-write-budget');
      else this.follow(this.capture('clip', request));
    }
  }

  /** What may be written today is used up, and this alert is none that must have its clip all the same. */
  private spares(severity: Severity): boolean {
    const { bytes, budget } = this.options.media.writing();
    return severity > LOWEST_WITH_CLIP && bytes >= budget;
  }

  async idle(): Promise<void> {
    await Promise.allSettled(this.running);
  }

  private follow(work: Promise<void>): void {
    this.running.add(work);
    void work.finally(() => this.running.delete(work));
  }

  private capture(kind: 'snapshot' | 'clip', request: EvidenceRequest): Promise<void> {
    return this.store(kind, request.camera, () => this.options.media[kind](request));
  }

  /** What the camera saw before: from the ring while that reaches back so far, else the small picture itself. */
  private async lookBack(before: GrayFrame, alert: string): Promise<StoredEvidence> {
    const { media } = this.options;
    const { camera, wallMs: atMs, monotonicMs } = before;
    const fromRing = media.snapshot({ camera, alerts: [alert], atMs, monotonicMs });
    return fromRing.catch(() => media.smallPicture(before, [alert]));
  }

  private async store(kind: 'snapshot' | 'clip', camera: string, take: () => Promise<StoredEvidence>): Promise<void> {
    const { outbox, tally, log, facts, onStored } = this.options;
    try {
      const stored = await take();
      const draft = evidenceDraft(stored.data, facts());
      await outbox.append({ event: draft.id, drafts: [draft], states: [uploadState(stored)] });
      tally.count('evidence_captured', { kind });
      onStored(stored);
    } catch (error) {
      tally.drop(`no-${kind}`);
      const code = error instanceof AnGridError ? error.code : 'internal.unexpected';
      log.warn({ err: error, code, camera, kind }, 'an alert has no picture');
    }
  }
}
