import type { EventKind, GatewayTime } from '@angrid/contract';
import type { Clock, Log } from '@angrid/runtime';
import type { GrayFrame, StreamNotice } from '../media/gray-frame.js';
import type { CameraStream } from '../media/media.js';
import type { Outbox, StateWrite } from '../outbox/outbox.js';
import { conditions } from './condition.js';
import { usableCells } from './grid.js';
import { type Finding, type HealthInput, forgetView, type HealthState, newHealth, stepHealth } from './step-health.js';
import { readHealth, writeHealth } from './stored.js';

/** What the gateway says of a camera's picture. */
export interface PictureSaying {
  readonly kind: EventKind;
  readonly key: string;
  readonly attributes: Readonly<Record<string, number>>;
}

export interface PictureWatchParts {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Log;
  readonly outbox: Pick<Outbox, 'keep' | 'states'>;
  stamp(): GatewayTime;
  /** Cameras that are paired now. */
  cameras(): readonly string[];
  /**
   * Whether pictures of it must come: it answers, and has a stream. Of a camera that is away, its absence is told, and
   * nothing of its picture; a door controller has none.
   */
  isShown(camera: string): boolean;
  masksOf(camera: string): CameraStream['masks'];
  /** Resolves when it is durable. */
  say(camera: string, saying: PictureSaying): Promise<void>;
}

interface Watched {
  state: HealthState;
  /** The last picture with which nothing was wrong. */
  good: GrayFrame | undefined;
  masks: CameraStream['masks'];
  cells: Uint16Array;
}

const PREFIX = 'pictures/';
/** What was learned is written this often: flash wears out. */
const SAVE_MS = 3_600_000;
/** A picture from longer ago says little of what happened now. */
const RECENT_MS = 300_000;

/** Looks at every camera's pictures, and says what is wrong with them. */
export class PictureWatch {
  private readonly watched = new Map<string, Watched>();
  private saying: Promise<void> = Promise.resolve();
  private savedMs: number;

  private constructor(
    private readonly parts: PictureWatchParts,
    stored: ReadonlyMap<string, string>,
  ) {
    this.savedMs = parts.clock.monotonic();
    for (const [key, json] of stored) this.begin(key.slice(PREFIX.length), readHealth(json));
  }

  static async load(parts: PictureWatchParts): Promise<PictureWatch> {
    return new PictureWatch(parts, await parts.outbox.states(PREFIX));
  }

  see(frame: GrayFrame): void {
    const watched = this.step(frame.camera, { frame });
    if (watched) watched.good = frame;
  }

  notice(notice: StreamNotice): void {
    this.step(notice.camera, { notice });
  }

  /** To be called each second. */
  async tick(): Promise<void> {
    const { clock, cameras, isShown } = this.parts;
    const paired = new Set(cameras());
    for (const camera of paired) if (isShown(camera)) this.step(camera, { tick: clock.monotonic() });
    const gone = [...this.watched.keys()].filter((camera) => !paired.has(camera));
    for (const camera of gone) this.watched.delete(camera);
    if (gone.length > 0) await this.parts.outbox.keep(gone.map((camera) => ({ key: PREFIX + camera, json: null })));
    if (clock.monotonic() - this.savedMs >= SAVE_MS) await this.save();
  }

  /** Of a camera that cannot see now: its last good picture, unless that is long ago. */
  before(camera: string): GrayFrame | undefined {
    const { state, good } = this.watched.get(camera) ?? {};
    if (state?.trigger.active === undefined || good === undefined) return undefined;
    return this.parts.clock.monotonic() - good.monotonicMs <= RECENT_MS ? good : undefined;
  }

  /** What it shows now is the place from now on; resolves when that is durable. */
  async relearn(camera: string): Promise<void> {
    const watched = this.watched.get(camera);
    if (!watched) return;
    watched.state = forgetView(watched.state);
    watched.good = undefined;
    await this.parts.outbox.keep([writeOf(camera, watched.state)]);
  }

  /** Writes what was learned; to be called at the end too. */
  async save(): Promise<void> {
    this.savedMs = this.parts.clock.monotonic();
    await this.saying;
    const writes = [...this.watched].map(([camera, { state }]): StateWrite => writeOf(camera, state));
    if (writes.length > 0) await this.parts.outbox.keep(writes);
  }

  /** The camera, if its picture is well. */
  private step(camera: string, input: HealthInput): Watched | undefined {
    const watched = this.watched.get(camera) ?? this.begin(camera, newHealth);
    this.followMasks(camera, watched);
    const { state, findings, well } = stepHealth(watched.state, input, watched.cells);
    watched.state = state;
    for (const finding of findings) this.tell(camera, finding);
    return well ? watched : undefined;
  }

  private begin(camera: string, state: HealthState): Watched {
    const watched: Watched = { state, good: undefined, masks: [], cells: usableCells([]) };
    this.watched.set(camera, watched);
    return watched;
  }

  private followMasks(camera: string, watched: Watched): void {
    const masks = this.parts.masksOf(camera);
    if (masks === watched.masks) return;
    watched.masks = masks;
    watched.cells = usableCells(masks);
  }

  /** One after the other, so that an end is never told before its beginning. */
  private tell(camera: string, { condition, state, sinceMs }: Finding): void {
    const { stamp, say, outbox, log } = this.parts;
    const { boot, monotonicMs } = stamp();
    const { begins, ends } = conditions[condition];
    const seconds = sinceMs === undefined ? {} : { seconds: Math.round((monotonicMs - sinceMs) / 1000) };
    const key = `picture/${condition}/${state}@${boot}:${Math.round(monotonicMs)}`;
    const saying = { kind: state === 'began' ? begins : ends, key, attributes: seconds };
    this.saying = this.saying
      .then(() => say(camera, saying))
      .then(() => outbox.keep([writeOf(camera, this.watched.get(camera)?.state ?? newHealth)]))
      .catch((error: unknown) =>
        log.warn({ err: error, camera, condition }, 'what is wrong with a picture is not stored'),
      );
  }
}

function writeOf(camera: string, state: HealthState): StateWrite {
  return { key: PREFIX + camera, json: writeHealth(state) };
}
