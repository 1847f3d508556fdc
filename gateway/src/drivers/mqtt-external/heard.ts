import type { Clock } from '@angrid/runtime';
import type { ExternalPanel, Panels } from './panels.js';

/** What a connection of its own would have told: a device is there while it is heard. */
export interface Presence {
  readonly deviceId: string;
  readonly state: 'online' | 'offline';
  readonly reason: 'connected' | 'keep-alive';
}

interface Known {
  state: 'online' | 'offline';
  /** Wall time, ms. */
  since: number;
  /** Monotonic time, ms. */
  heardAt: number;
}

/**
 * Tells from the messages who is there. A device is away when it said nothing for as long as its profile allows, counted
 * only while the broker could have brought its messages.
 */
export class Heard {
  private readonly devices = new Map<string, Known>();
  private readonly listeners = new Set<(presence: Presence) => void>();
  private upSince: number | undefined;

  constructor(private readonly clock: Clock) {}

  listen(listener: (presence: Presence) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  entries(): Iterable<readonly [string, Readonly<Known>]> {
    return this.devices;
  }

  /** The broker is there, or is not. */
  link(isUp: boolean): void {
    this.upSince = isUp ? this.clock.monotonic() : undefined;
  }

  hear({ deviceId }: ExternalPanel): void {
    const heardAt = this.clock.monotonic();
    const known = this.devices.get(deviceId);
    if (known) known.heardAt = heardAt;
    if (known?.state !== 'online') this.change(deviceId, heardAt, { state: 'online', reason: 'connected' });
  }

  /** To be called every few seconds. */
  inspect(panels: Panels): void {
    const { upSince } = this;
    if (upSince === undefined) return;
    const now = this.clock.monotonic();
    for (const [deviceId, { state, heardAt }] of this.devices) {
      const silence = panels.get(deviceId)?.offlineAfterSeconds;
      if (state !== 'online' || silence === undefined) continue;
      const quietSince = Math.max(heardAt, upSince);
      if (now - quietSince > silence * 1000) {
        this.change(deviceId, heardAt, { state: 'offline', reason: 'keep-alive' });
      }
    }
  }

  forget(deviceId: string): void {
    this.devices.delete(deviceId);
  }

  private change(deviceId: string, heardAt: number, to: Pick<Presence, 'state' | 'reason'>): void {
    this.devices.set(deviceId, { state: to.state, since: this.clock.wall(), heardAt });
    for (const listener of this.listeners) listener({ deviceId, ...to });
  }
}
