import type { EventKind } from '@angrid/contract';
import type { AlertFact, DeviceFact, Neighbourhood } from './facts.js';
import type { Relation, Step } from './rule-set.js';
import { TimeLine } from './time-line.js';

const MOST_UNCERTAINTY_MS = 5000;
/** More than any rule counts (`count` of a step). */
const MOST_FOUND = 24;
const MOST_FIRSTS = 8;
const UNKNOWN: DeviceFact = { name: '', cameras: [], parents: [], skewMs: null };

/** The alerts of a neighbourhood by device and kind, growing with the batch, and who is where. */
export class Surroundings {
  private readonly byDevice = new Map<string, TimeLine>();
  private readonly byKind = new Map<EventKind, TimeLine>();
  private readonly doorsOf = new Map<string, string[]>();
  private readonly devices: ReadonlyMap<string, DeviceFact>;
  private readonly buildings: ReadonlySet<string>;

  constructor({ devices, buildings, alerts }: Pick<Neighbourhood, 'devices' | 'buildings' | 'alerts'>) {
    this.devices = devices;
    this.buildings = buildings;
    for (const [door, { cameras }] of devices) for (const camera of cameras) push(this.doorsOf, camera, door);
    for (const alert of alerts) this.add(alert);
  }

  add(alert: AlertFact): void {
    lineOf(this.byDevice, alert.device).add(alert);
    lineOf(this.byKind, alert.kind).add(alert);
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
    const fits = (other: AlertFact): boolean =>
      kinds.has(other.kind) && this.isNear(first, other, withinMs) && this.holds(at, first, other);
    const lines = this.candidates(first, kinds, at);
    return nearestOf(lines, first, { withinMs: withinMs + MOST_UNCERTAINTY_MS, most: MOST_FOUND, fits });
  }

  /** The other way round: what may be the first alert of a pattern in which this one is at `at`. */
  firstsFor(other: AlertFact, { kinds }: Step, at: Relation, withinMs: number): AlertFact[] {
    const fits = (first: AlertFact): boolean =>
      kinds.has(first.kind) && this.isNear(first, other, withinMs) && this.holds(at, first, other);
    const lines = this.firstCandidates(other, kinds, at);
    const found = nearestOf(lines, other, { withinMs: withinMs + MOST_UNCERTAINTY_MS, most: MOST_FIRSTS, fits });
    return found.sort((one, two) => one.severity - two.severity);
  }

  private isNear(one: AlertFact, other: AlertFact, withinMs: number): boolean {
    if (one.alert === other.alert || one.exercise !== other.exercise) return false;
    const slack = Math.min(MOST_UNCERTAINTY_MS, this.uncertainty(one.device, other.device));
    return Math.abs(one.at - other.at) <= withinMs + slack;
  }

  private candidates(first: AlertFact, kinds: ReadonlySet<EventKind>, at: Relation): readonly TimeLine[] {
    if (at === 'same-device') return this.ofDevices([first.device]);
    if (at === 'linked-camera') return this.ofDevices(this.devices.get(first.device)?.cameras);
    return this.ofKinds(kinds);
  }

  private firstCandidates(other: AlertFact, kinds: ReadonlySet<EventKind>, at: Relation): readonly TimeLine[] {
    if (at === 'same-device') return this.ofDevices([other.device]);
    if (at === 'linked-camera') return this.ofDevices(this.doorsOf.get(other.device));
    if (at === 'behind') return this.ofDevices(this.devices.get(other.device)?.parents);
    return this.ofKinds(kinds);
  }

  private ofDevices(devices: readonly string[] | undefined): readonly TimeLine[] {
    return (devices ?? []).flatMap((device) => this.byDevice.get(device) ?? []);
  }

  private ofKinds(kinds: ReadonlySet<EventKind>): readonly TimeLine[] {
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
      case 'same-building':
        return this.isOneBuilding(first, other);
      case 'same-compound':
        return true;
    }
  }

  private isOneBuilding(first: AlertFact, other: AlertFact): boolean {
    const building = this.buildingOf(first.unitPath);
    return building !== undefined && building === this.buildingOf(other.unitPath);
  }

  private buildingOf(unitPath: string | null): string | undefined {
    for (let path = unitPath ?? ''; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('/')))) {
      if (this.buildings.has(path)) return path;
    }
    return undefined;
  }
}

interface Asked {
  readonly withinMs: number;
  readonly most: number;
  readonly fits: (alert: AlertFact) => boolean;
}

function nearestOf(lines: readonly TimeLine[], to: AlertFact, { withinMs, most, fits }: Asked): AlertFact[] {
  const apart = (alert: AlertFact): number => Math.abs(alert.at - to.at);
  return lines
    .flatMap((line) => line.nearest(to.at, withinMs, most, fits))
    .sort((one, other) => apart(one) - apart(other) || (one.alert < other.alert ? -1 : 1))
    .slice(0, most);
}

function lineOf<Key>(lines: Map<Key, TimeLine>, key: Key): TimeLine {
  const known = lines.get(key);
  if (known) return known;
  const fresh = new TimeLine();
  lines.set(key, fresh);
  return fresh;
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
