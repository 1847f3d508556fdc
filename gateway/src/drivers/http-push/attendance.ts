import type { Clock } from '@angrid/runtime';
import type { HttpPushOptions, PushAccount } from './http-push.js';

interface Seen {
  at: number;
  afterMs: number | undefined;
  online: boolean;
}

const INSPECTION_MS = 1000;

/** Who is there: a request is a sign of life, and silence beyond the profile's time an absence. */
export class Attendance {
  private readonly devices = new Map<string, Seen>();
  private end: () => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly tell: HttpPushOptions['onPresence'],
  ) {}

  open(): void {
    this.end = this.clock.every(INSPECTION_MS, () => this.inspect());
  }

  close(): void {
    this.end();
  }

  see({ deviceId, offlineAfterSeconds }: PushAccount): void {
    const at = this.clock.monotonic();
    const afterMs = offlineAfterSeconds === undefined ? undefined : offlineAfterSeconds * 1000;
    const wasOnline = this.devices.get(deviceId)?.online === true;
    this.devices.set(deviceId, { at, afterMs, online: true });
    if (!wasOnline) this.tell({ deviceId, state: 'online' });
  }

  forget(deviceId: string): void {
    this.devices.delete(deviceId);
  }

  private inspect(): void {
    const now = this.clock.monotonic();
    for (const [deviceId, seen] of this.devices) {
      if (!seen.online || seen.afterMs === undefined || now - seen.at <= seen.afterMs) continue;
      seen.online = false;
      this.tell({ deviceId, state: 'offline' });
    }
  }
}
