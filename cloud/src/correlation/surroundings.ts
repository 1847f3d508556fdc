import type { EventKind } from '@angrid/contract';
import type { AlertFact, DeviceFact, Neighbourhood } from './facts.js';
import type { Relation, Step } from './rule-set.js';

const MOST_UNCERTAINTY_MS = 5000;
const UNKNOWN: DeviceFact = { name: '', cameras: [], parents: [], skewMs: null };

/** The alerts of a neighbourhood by device and kind, growing with the batch, and who is where. */
export class Surroundings {
  private readonly byDevice = new Map<string, AlertFact[]>();
  private readonly byKind = new Map<EventKind, AlertFact[]>();
  private readonly doorsOf = new Map<string, string[]>();
  private readonly devices: ReadonlyMap<string, DeviceFact>;

  constructor({ devices, alerts }: Pick<Neighbourhood, 'devices' | 'alerts'>) {
    this.devices = devices;
    for (const [door, { cameras }] of devices) for (const camera of cameras) push(this.doorsOf, camera, door);
    for (const alert of alerts) this.add(alert);
  }

  add(alert: AlertFact): void {
    push(this.byDevice, alert.device, alert);
    push(this.byKind, alert.kind, alert);
  }

  nameOf(device: string): string {
    return this.devices.get(device)?.name || device;
  }

  /** How far the clocks of two devices may be apart, as far as that has been measured, ms. */
  uncertainty(one: string, other: string): number {
    const { skewMs: first } = this.devices.get(one) ?? UNKNOWN;
    const { skewMs: second } = this.devices.get(other) ?? UNKNOWN;
    return Math.abs(first ?? 0) + (one === other ? 0 : Math.abs(second ?? 0));
  }

  /** Alerts that fit the step, seen from the first alert; nearest in time first. */
  around(first: AlertFact, { kinds, at }: Step, withinMs: number): AlertFact[] {
    const found: AlertFact[] = [];
    for (const other of this.candidates(first, kinds, at)) {
      if (kinds.has(other.kind) && this.isNear(first, other, withinMs) && this.holds(at, first, other))
        found.push(other);
    }
    return nearestFirst(found, first);
  }

  /** The other way round: what may be the first alert of a pattern in which this one is at `at`. */
  firstsFor(other: AlertFact, { kinds }: Step, at: Relation, withinMs: number): AlertFact[] {
    const found: AlertFact[] = [];
    for (const first of this.firstCandidates(other, kinds, at)) {
      if (kinds.has(first.kind) && this.isNear(first, other, withinMs) && this.holds(at, first, other))
        found.push(first);
    }
    return nearestFirst(found, other).sort((one, two) => one.severity - two.severity);
  }

  private isNear(one: AlertFact, other: AlertFact, withinMs: number): boolean {
    if (one.alert === other.alert || one.exercise !== other.exercise) return false;
    const slack = Math.min(MOST_UNCERTAINTY_MS, this.uncertainty(one.device, other.device));
    return Math.abs(one.at - other.at) <= withinMs + slack;
  }

  private candidates(first: AlertFact, kinds: ReadonlySet<EventKind>, at: Relation): readonly AlertFact[] {
    if (at === 'same-device') return this.byDevice.get(first.device) ?? [];
    if (at === 'linked-camera') return this.ofDevices(this.devices.get(first.device)?.cameras);
    return this.ofKinds(kinds);
  }

  private firstCandidates(other: AlertFact, kinds: ReadonlySet<EventKind>, at: Relation): readonly AlertFact[] {
    if (at === 'same-device') return this.byDevice.get(other.device) ?? [];
    if (at === 'linked-camera') return this.ofDevices(this.doorsOf.get(other.device));
    if (at === 'behind') return this.ofDevices(this.devices.get(other.device)?.parents);
    return this.ofKinds(kinds);
  }

  private ofDevices(devices: readonly string[] | undefined): readonly AlertFact[] {
    return (devices ?? []).flatMap((device) => this.byDevice.get(device) ?? []);
  }

  private ofKinds(kinds: ReadonlySet<EventKind>): readonly AlertFact[] {
    return [...kinds].flatMap((kind) => this.byKind.get(kind) ?? []);
  }

  private holds(at: Relation, first: AlertFact, other: AlertFact): boolean {
    switch (at) {
      case 'same-device':
        return first.device === other.device;
      case 'linked-camera':
        return this.devices.get(first.device)?.cameras.includes(other.device) ?? false;
      case 'behind':
        return this.devices.get(other.device)?.parents.includes(first.device) ?? false;
      case 'same-place':
        return first.placeId !== null && first.placeId === other.placeId;
      case 'same-unit':
        return first.unitPath !== null && first.unitPath === other.unitPath;
      case 'same-compound':
        return true;
    }
  }
}

function nearestFirst(alerts: AlertFact[], to: AlertFact): AlertFact[] {
  const apart = (alert: AlertFact): number => Math.abs(alert.at - to.at);
  return alerts.sort((one, other) => apart(one) - apart(other) || (one.alert < other.alert ? -1 : 1));
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
