import type { DeviceFact } from '@angrid/cloud/correlation/facts';
import type { Random } from '../tamper/random.js';

export interface Door {
  readonly id: string;
  readonly camera: string;
  readonly unit: string;
  /** Its latch does not hold in a storm. */
  readonly loose: boolean;
}

/** A compound that is generated: buildings with doors and their cameras, cameras in the yard, a recorder, a gateway. */
export interface Compound {
  readonly id: string;
  readonly units: readonly [string, ...string[]];
  readonly doors: readonly [Door, ...Door[]];
  readonly yard: readonly [string, ...string[]];
  readonly recorder: string;
  readonly devices: ReadonlyMap<string, DeviceFact>;
  readonly unitOf: ReadonlyMap<string, string>;
  /** How far each clock really is off, ms; `devices` holds what was measured. */
  readonly skewMs: ReadonlyMap<string, number>;
}

const GATEWAY = 'gateway';
const RECORDER = 'nvr';
const YARD = 'yard';

export function newCompound(id: string, random: Random): Compound {
  const units = Array.from({ length: random.whole(4, 9) }, (_, index) => `tree/${id}-b${index + 1}`);
  const doors = units.flatMap((unit, index) =>
    Array.from({ length: random.whole(1, 2) }, (_, nth): Door => {
      const name = `door-${index + 1}-${nth + 1}`;
      return { id: name, camera: `${name}-cam`, unit, loose: random.chance(0.15) };
    }),
  );
  const yard = Array.from({ length: random.whole(4, 8) }, (_, index) => `yard-${index + 1}`);
  const unitOf = new Map<string, string>();
  for (const door of doors) unitOf.set(door.id, door.unit).set(door.camera, door.unit);
  for (const camera of yard) unitOf.set(camera, `tree/${id}-${YARD}`);
  const skewMs = new Map<string, number>();
  const devices = new Map<string, DeviceFact>([
    [GATEWAY, { name: GATEWAY, cameras: [], parents: [], skewMs: null }],
    [RECORDER, { name: RECORDER, cameras: [], parents: [GATEWAY], skewMs: null }],
  ]);
  const add = (device: string, facts: Pick<DeviceFact, 'cameras' | 'parents'>): void => {
    const skew = random.normal() * (random.chance(0.1) ? 8000 : 600);
    skewMs.set(device, skew);
    devices.set(device, { name: device, skewMs: Math.round(skew * random.between(0.8, 1.2)), ...facts });
  };
  for (const { id: door, camera } of doors) {
    add(door, { cameras: [camera], parents: [GATEWAY] });
    add(camera, { cameras: [], parents: [RECORDER, GATEWAY] });
  }
  for (const camera of yard) add(camera, { cameras: [], parents: [RECORDER, GATEWAY] });
  return {
    id,
    units: units as [string, ...string[]],
    doors: doors as [Door, ...Door[]],
    yard: yard as [string, ...string[]],
    recorder: RECORDER,
    devices,
    unitOf,
    skewMs,
  };
}
