import type { CameraFeed } from './camera-feed.js';
import { cutClip } from './clip.js';
import type { ClipOrder } from './clip-copy.js';
import type { EvidenceRequest, StoredEvidence } from './media.js';
import type { Workshop } from './workshop.js';

/** Most alerts that the contract lets one piece of evidence stand for. */
const MAX_ALERTS = 16;
/** A clip starts at a key frame: this much of its greatest length is left for what lies before the pre-roll. */
const KEY_FRAME_ROOM_MS = 2000;

/** Roughly how long it takes to copy what there is of a clip before its end. */
const HEAD_START_MS = 1000;
/** Clips that are copied before their end at once, each some megabytes in memory; of more the processors take their time anyway. */
const MOST_AHEAD = 4;

/** A clip whose post-roll is not over: alerts may still join it. */
interface OpenClip {
  order: ClipOrder;
  readonly made: Promise<StoredEvidence>;
}

/** Takes orders for clips; alerts of one camera that are near to each other share one. */
export class ClipDesk {
  private readonly open = new Map<CameraFeed, OpenClip[]>();
  private ahead = 0;

  constructor(private readonly workshop: Workshop) {}

  order(feed: CameraFeed, request: EvidenceRequest): Promise<StoredEvidence> {
    const clips = this.open.get(feed) ?? [];
    this.open.set(feed, clips);
    const wanted = this.orderOf(request);
    for (const clip of clips) {
      const joined = join(clip.order, wanted, this.workshop.settings.maxClipMs);
      if (!joined) continue;
      clip.order = joined;
      return clip.made;
    }
    const clip: OpenClip = { order: wanted, made: Promise.resolve().then(() => this.make(feed, clip)) };
    clips.push(clip);
    return clip.made;
  }

  /** Most of the clip is copied shortly before the post-roll is over. */
  private async make(feed: CameraFeed, clip: OpenClip): Promise<StoredEvidence> {
    const { clock, stopping } = this.workshop;
    const ordered = this.postRoll(feed, clip);
    const early = clock.sleep(Math.max(0, clip.order.toMs - clock.monotonic() - HEAD_START_MS), stopping);
    const isEarly = await Promise.race([early.then(() => true), ordered.then(() => false)]);
    if (!isEarly || this.ahead >= MOST_AHEAD) return cutClip(this.workshop, feed, ordered);
    this.ahead += 1;
    const over = (): void => void (this.ahead -= 1);
    ordered.then(over, over);
    return cutClip(this.workshop, feed, ordered, clip.order);
  }

  /** The order as it stands when nothing can join it any more. */
  private async postRoll(feed: CameraFeed, clip: OpenClip): Promise<ClipOrder> {
    const { clock, stopping } = this.workshop;
    try {
      for (let left = Infinity; left > 0; left = clip.order.toMs - clock.monotonic()) {
        if (left !== Infinity) await clock.sleep(left, stopping);
      }
      return clip.order;
    } finally {
      this.shut(feed, clip);
    }
  }

  private shut(feed: CameraFeed, clip: OpenClip): void {
    const clips = (this.open.get(feed) ?? []).filter((other) => other !== clip);
    if (clips.length === 0) this.open.delete(feed);
    else this.open.set(feed, clips);
  }

  private orderOf({ alerts, atMs, monotonicMs }: EvidenceRequest): ClipOrder {
    const { preRollMs, postRollMs } = this.workshop.settings;
    const window = { fromMs: monotonicMs - preRollMs, toMs: monotonicMs + postRollMs };
    return { ...window, alerts, momentMs: monotonicMs, momentWallMs: atMs };
  }
}

/** One order for both where a clip can cover both; the moment stays that of the first. */
export function join(first: ClipOrder, second: ClipOrder, maxClipMs: number): ClipOrder | undefined {
  const fromMs = Math.min(first.fromMs, second.fromMs);
  const toMs = Math.max(first.toMs, second.toMs);
  const alerts = [...new Set([...first.alerts, ...second.alerts])];
  if (toMs - fromMs > maxClipMs - KEY_FRAME_ROOM_MS || alerts.length > MAX_ALERTS) return undefined;
  return { ...first, fromMs, toMs, alerts };
}
