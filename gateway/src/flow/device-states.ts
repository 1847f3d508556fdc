import type { HealthData } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';

type Reported = HealthData['devices'][number];

/** Whether each device is there, since when, and how far off its clock is. */
export class DeviceStates {
  private readonly states = new Map<string, { -readonly [K in keyof Omit<Reported, 'device'>]: Reported[K] }>();

  constructor(private readonly clock: Clock) {}

  set(device: string, state: 'online' | 'offline'): void {
    const known = this.states.get(device);
    if (known?.state === state) return;
    this.states.set(device, { ...known, state, since: new Date(this.clock.wall()).toISOString() });
  }

  forget(device: string): void {
    this.states.delete(device);
  }

  /** What the device's own time of an event showed, milliseconds ahead of ours. */
  skew(device: string, clockSkewMs: number): void {
    const known = this.states.get(device);
    if (known) known.clockSkewMs = clockSkewMs;
  }

  /** How far a device answers that the gateway calls; undefined where it does not. */
  reach(device: string, reach: Reported['reach']): void {
    const known = this.states.get(device);
    if (known) known.reach = reach;
  }

  of(device: string): Omit<Reported, 'device'> {
    return this.states.get(device) ?? { state: 'unknown', since: new Date(this.clock.wall()).toISOString() };
  }

  report(devices: Iterable<string>): Reported[] {
    return [...devices].slice(0, 1000).map((device) => ({ device, ...this.of(device) }));
  }
}
