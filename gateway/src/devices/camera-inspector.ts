import type { Clock, Log } from '@angrid/runtime';
import type { Inventory } from '../drivers/onvif/index.js';
import type { Saying } from '../ledger/index.js';
import { type CameraFactsFile, changesOf, factsOf } from './camera-facts.js';
import { type CameraIdentity, identityOf, isSameCamera } from './camera-identity.js';
import type { PairedDevice } from './device.js';

export interface InspectorParts {
  readonly facts: CameraFactsFile;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  find(camera: string): PairedDevice | undefined;
  isOnline(camera: string): boolean;
  read(camera: PairedDevice): Promise<Inventory>;
  say(camera: string, saying: Saying): Promise<void>;
  /** By which a camera is known again that was paired without it. */
  learn(camera: PairedDevice, identity: CameraIdentity): Promise<void>;
  /** Another camera answers at this one's address, with its password. */
  onStranger(camera: string): void;
  /** Its streams are not what they were. */
  onStreams(camera: string): void;
}

const DAY_MS = 86_400_000;
/** A camera that comes and goes is not asked each time. */
const AGAIN_MS = 600_000;
/** A stream that goes on changing does not make it be asked without end. */
const RESIZED_MS = 60_000;
/** After a power cut all cameras come at once. */
const SPREAD_MS = 30_000;
const FAILED_MS = 3_600_000;
const AT_ONCE = 2;

/**
 * Asks each camera what it is: soon after it came, and about once a day. What has changed goes the way of an event; it
 * is kept as known only after that is durable.
 */
export class CameraInspector {
  /** When each is to be asked, monotonic. */
  private readonly due = new Map<string, number>();
  private readonly asked = new Map<string, number>();
  private readonly running = new Map<string, Promise<void>>();

  constructor(private readonly parts: InspectorParts) {}

  /** It answers again. */
  online(camera: string): void {
    const { clock, random } = this.parts;
    const now = clock.monotonic();
    const last = this.asked.get(camera) ?? Number.NEGATIVE_INFINITY;
    this.due.set(camera, Math.max(now + random() * SPREAD_MS, last + AGAIN_MS));
  }

  /** Its pictures have another size: what else has changed is asked soon. */
  resized(camera: string): void {
    const last = this.asked.get(camera) ?? Number.NEGATIVE_INFINITY;
    const at = Math.max(this.parts.clock.monotonic(), last + RESIZED_MS);
    this.due.set(camera, Math.min(at, this.due.get(camera) ?? at));
  }

  /** To be called each second. */
  tick(): void {
    const now = this.parts.clock.monotonic();
    for (const [camera, at] of this.due) {
      if (this.running.size >= AT_ONCE) return;
      if (at > now || this.running.has(camera)) continue;
      if (!this.parts.find(camera)) this.due.delete(camera);
      else if (this.parts.isOnline(camera)) this.begin(camera);
    }
  }

  async idle(): Promise<void> {
    await Promise.all(this.running.values());
  }

  private begin(camera: string): void {
    const { clock, log, random } = this.parts;
    this.asked.set(camera, clock.monotonic());
    this.due.delete(camera);
    const run = this.inspect(camera).then(
      () => DAY_MS * (0.9 + random() / 5),
      (error: unknown) => {
        log.warn({ err: error, camera }, 'the camera could not be asked what it is');
        return FAILED_MS * (0.5 + random());
      },
    );
    const done = run.then((wait) => {
      const at = clock.monotonic() + wait;
      this.due.set(camera, Math.min(at, this.due.get(camera) ?? at));
      this.running.delete(camera);
    });
    this.running.set(camera, done);
  }

  private async inspect(camera: string): Promise<void> {
    const { facts, clock, find, read, say, learn, onStranger, onStreams } = this.parts;
    const device = find(camera);
    if (!device) return;
    const found = await read(device);
    if (device.identity && !isSameCamera(device.identity, found)) return onStranger(camera);
    const identity = identityOf(found);
    if (!device.identity && identity) await learn(device, identity);
    const now = factsOf(found, new Date(clock.wall()).toISOString());
    const before = facts.of(camera);
    const changes = before ? changesOf(before, now) : [];
    for (const change of changes) await say(camera, change);
    await facts.keep(camera, now);
    if (changes.some(({ kind }) => kind === 'camera.stream_changed')) onStreams(camera);
  }
}
