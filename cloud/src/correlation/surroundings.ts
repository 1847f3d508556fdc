import type { EventKind } from '@angrid/contract';
import type { AlertFact, DeviceFact, Neighbourhood } from './facts.js';
import type { Relation, Step } from './rule-set.js';
import { TimeLine } from './time-line.js';

const MOST_UNCERTAINTY_MS = 5000;
/** More than any rule counts (`count` of a step). */
const MOST_FOUND = 24;
const MOST_FIRSTS = 8;
const UNKNOWN: DeviceFact = { name: '', cameras: [], parents: [], skewMs: null };

type Site = Pick<Neighbourhood, 'devices' | 'buildings' | 'alerts'>;

/**
 * The alerts of a neighbourhood, growing with the batch, by the spots from which the rules look: at each a line of
 * each kind.
 */
export class Surroundings {
  private readonly spots = new Map<string, Map<EventKind, TimeLine>>();
  private readonly doorsOf = new Map<string, string[]>();
  private readonly devices: ReadonlyMap<string, DeviceFact>;
  private readonly buildings: ReadonlySet<string>;
  private readonly relations: ReadonlySet<Relation>;

  constructor({ devices, buildings, alerts }: Site, relations: ReadonlySet<Relation>) {
    this.devices = devices;
    this.buildings = buildings;
    this.relations = new Set<Relation>(['same-device', ...relations]);
    for (const [door, { cameras }] of devices)
      for (const camera of cameras) entryOf(this.doorsOf, camera, () => []).push(door);
    for (const alert of [...alerts].sort((one, other) => one.at - other.at)) this.add(alert);
  }

  add(alert: AlertFact): void {
    for (const at of this.relations) {
      for (const name of this.seenFrom(at, alert)) {
        const lines = entryOf(this.spots, spotOf(at, name), () => new Map<EventKind, TimeLine>());
        entryOf(lines, alert.kind, () => new TimeLine()).add(alert);
      }
    }
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
    const names = isOfDevices(at) ? [first.device] : this.seenFrom(at, first);
    return this.nearest(first, this.linesOf(at, kinds, names), withinMs, MOST_FOUND);
  }

  /** The other way round: what may be the first alert of a pattern in which this one is at `at`. */
  firstsFor(other: AlertFact, { kinds }: Step, at: Relation, withinMs: number): AlertFact[] {
    const lines = this.linesOf(isOfDevices(at) ? 'same-device' : at, kinds, this.seenFrom(at, other));
    const found = this.nearest(other, lines, withinMs, MOST_FIRSTS);
    return found.sort((one, two) => one.severity - two.severity);
  }

  /** From where an alert is at `at`: the devices of the first alerts, or the place that both have. */
  private seenFrom(at: Relation, { device, placeId, unitPath }: AlertFact): readonly string[] {
    switch (at) {
      case 'same-device':
        return [device];
      case 'linked-camera':
        return this.doorsOf.get(device) ?? [];
      case 'behind':
        return this.devices.get(device)?.parents ?? [];
      case 'same-place':
        return known(placeId);
      case 'same-unit':
        return known(unitPath);
      case 'same-building':
        return known(this.buildingOf(unitPath));
      case 'same-compound':
        return [''];
    }
  }

  private linesOf(at: Relation, kinds: ReadonlySet<EventKind>, names: readonly string[]): readonly TimeLine[] {
    const found: TimeLine[] = [];
    for (const name of names) {
      for (const [kind, line] of this.spots.get(spotOf(at, name)) ?? []) if (kinds.has(kind)) found.push(line);
    }
    return found;
  }

  private nearest(to: AlertFact, lines: readonly TimeLine[], withinMs: number, most: number): AlertFact[] {
    const fits = (other: AlertFact): boolean => this.isNear(to, other, withinMs);
    const apart = (alert: AlertFact): number => Math.abs(alert.at - to.at);
    return lines
      .flatMap((line) => line.nearest(to.at, withinMs + MOST_UNCERTAINTY_MS, most, fits))
      .sort((one, other) => apart(one) - apart(other) || (one.alert < other.alert ? -1 : 1))
      .slice(0, most);
  }

  private isNear(one: AlertFact, other: AlertFact, withinMs: number): boolean {
    if (one.alert === other.alert || one.exercise !== other.exercise) return false;
    const slack = Math.min(MOST_UNCERTAINTY_MS, this.uncertainty(one.device, other.device));
    return Math.abs(one.at - other.at) <= withinMs + slack;
  }

  private buildingOf(unitPath: string | null): string | null {
    for (let path = unitPath ?? ''; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('/')))) {
      if (this.buildings.has(path)) return path;
    }
    return null;
  }
}

/** Relations between devices; the others hold for both sides alike. */
function isOfDevices(at: Relation): boolean {
  return at === 'same-device' || at === 'linked-camera' || at === 'behind';
}

function known(name: string | null): readonly string[] {
  return name === null ? [] : [name];
}

function spotOf(at: Relation, name: string): string {
  return `${at} ${name}`;
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const fresh = make();
  map.set(key, fresh);
  return fresh;
}
