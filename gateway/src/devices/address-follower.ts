import { AnGridError } from '@angrid/contract';
import type { Clock, Log } from '@angrid/runtime';
import type { SeenCamera } from '../drivers/onvif/index.js';
import { type CameraIdentity, claimsToBe, isSameCamera } from './camera-identity.js';
import type { PairedDevice } from './device.js';

export interface FollowerParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Networks that are asked address by address, in turn, where nobody answers to multicast. */
  readonly networks: readonly string[];
  /** So long a camera may be away before it is looked for. */
  readonly lostAfterMs: number;
  cameras(): readonly PairedDevice[];
  /** Whether the gateway has no session with it. */
  isAway(camera: string): boolean;
  /** One bounded look around; of `network` where it is given. */
  look(network: string | undefined): Promise<readonly SeenCamera[]>;
  /** Who answers at `address` to the camera's own login; throws where it does not take that. */
  identify(camera: PairedDevice, address: string): Promise<CameraIdentity>;
  move(camera: PairedDevice, address: string): Promise<void>;
}

interface Away {
  /** Monotonic milliseconds. */
  readonly since: number;
  isSought: boolean;
}

const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 1_800_000;
/** Of one camera at one address: its account could be locked there. */
const MOST_PROOFS = 2;

/**
 * Finds a camera again that was given another address. It is known by its endpoint reference, MAC address or serial
 * number; because anybody may claim these, it must also take its own login and then say the same.
 */
export class AddressFollower {
  private readonly away = new Map<string, Away>();
  private readonly strangers = new Set<string>();
  private readonly proofs = new Map<string, number>();
  private searching: Promise<void> | undefined;
  private pause = FIRST_PAUSE_MS;
  private nextAt = 0;
  private round = 0;
  /** Somebody is looked for who was not looked for before: multicast is soon done, and is tried first. */
  private isNews = false;

  constructor(private readonly parts: FollowerParts) {}

  /** Another camera has its address: it is looked for at once. */
  stranger(camera: string): void {
    this.strangers.add(camera);
    this.hurry();
  }

  /** To be called each second. */
  tick(): void {
    const lost = this.lost();
    if (lost.length === 0 || this.searching || this.parts.clock.monotonic() < this.nextAt) return;
    this.searching = this.search(lost)
      .catch((error: unknown) => this.parts.log.warn({ err: error }, 'the search for cameras failed'))
      .finally(() => {
        this.searching = undefined;
        if (this.isNews) return;
        this.nextAt = this.parts.clock.monotonic() + this.pause;
        this.pause = Math.min(2 * this.pause, LONGEST_PAUSE_MS);
      });
  }

  async idle(): Promise<void> {
    await this.searching;
  }

  private hurry(): void {
    this.isNews = true;
    this.nextAt = 0;
    this.pause = FIRST_PAUSE_MS;
  }

  /** A camera that has just been lost is looked for without the pause that an old one has earned. */
  private lost(): PairedDevice[] {
    const { clock, cameras, isAway } = this.parts;
    const now = clock.monotonic();
    const lost: PairedDevice[] = [];
    for (const camera of cameras()) {
      const { id, identity } = camera;
      if (identity === undefined) continue;
      if (this.strangers.has(id)) lost.push(camera);
      else if (!isAway(id)) this.away.delete(id);
      else if (this.isLost(id, now)) lost.push(camera);
    }
    return lost;
  }

  private isLost(camera: string, now: number): boolean {
    const away = this.away.get(camera) ?? { since: now, isSought: false };
    this.away.set(camera, away);
    if (now - away.since < this.parts.lostAfterMs) return false;
    if (!away.isSought) this.hurry();
    away.isSought = true;
    return true;
  }

  private async search(lost: readonly PairedDevice[]): Promise<void> {
    const { look, networks } = this.parts;
    const turns = [...networks, undefined];
    const turn = this.isNews ? undefined : turns[this.round++ % turns.length];
    this.isNews = false;
    const seen = await look(turn);
    for (const camera of lost) {
      const found = seen.find(
        ({ address, ...who }) => isElsewhere(camera, address) && claimsToBe(camera.identity ?? {}, who),
      );
      if (found) await this.follow(camera, found.address);
    }
  }

  private async follow(camera: PairedDevice, address: string): Promise<void> {
    const { log, identify, move } = this.parts;
    const key = `${camera.id} ${address}`;
    const proofs = this.proofs.get(key) ?? 0;
    if (proofs >= MOST_PROOFS) return;
    try {
      const who = await identify(camera, address);
      if (!isSameCamera(camera.identity ?? {}, who)) throw otherCamera(camera, address);
    } catch (error) {
      this.proofs.set(key, proofs + 1);
      log.warn({ err: error, camera: camera.id, address }, 'what says that it is this camera is not');
      return;
    }
    await move(camera, address);
    log.info({ camera: camera.id, address }, 'the camera is followed to its new address');
    this.away.delete(camera.id);
    this.strangers.delete(camera.id);
  }
}

function isElsewhere({ address }: PairedDevice, seen: string): boolean {
  return address === undefined || new URL(address).host !== new URL(seen).host;
}

function otherCamera({ id }: PairedDevice, detail: string): AnGridError {
  return new AnGridError('camera.not-found', { op: 'camera.follow', subject: id, detail });
}
