import { describe, expect, it } from '@jest/globals';
import type { AlertFact, DeviceFact } from './facts.js';
import { type Relation, relations } from './rule-set.js';
import { Surroundings } from './surroundings.js';

const device = (facts: Partial<DeviceFact> = {}): DeviceFact => {
  return { name: '', cameras: [], parents: [], skewMs: null, ...facts };
};
const devices = new Map<string, DeviceFact>([
  ['gateway', device()],
  ['nvr', device({ parents: ['gateway'] })],
  ['door', device({ cameras: ['cam'], parents: ['gateway'] })],
  ['cam', device({ parents: ['nvr', 'gateway'] })],
  ['other-cam', device({ parents: ['gateway'] })],
]);
const buildings = new Set(['town/v1/b1', 'town/v1/b2']);

type Where = Partial<Pick<AlertFact, 'device' | 'placeId' | 'unitPath' | 'exercise'>>;

function alert(id: string, where: Where): AlertFact {
  return {
    ...{ alert: id, device: id, kind: 'health.offline', severity: 3, standing: 'alert', source: 'gateway' },
    ...{ placeId: null, unitPath: null, late: false, exercise: false, restricted: false, at: 0 },
    ...{ clearedAt: null, incident: null, heldUntil: null },
    ...where,
  };
}

const stairwell = { unitPath: 'town/v1/b1/s1' };
interface Case {
  readonly at: Relation;
  readonly of: string;
  readonly holds: boolean;
  readonly first: Where;
  readonly other: Where;
}

const cases: readonly Case[] = [
  { at: 'same-device', of: 'a door and itself', holds: true, first: { device: 'door' }, other: { device: 'door' } },
  { at: 'same-device', of: 'a door and its camera', holds: false, first: { device: 'door' }, other: { device: 'cam' } },
  {
    at: 'linked-camera',
    of: 'a door and its camera',
    holds: true,
    first: { device: 'door' },
    other: { device: 'cam' },
  },
  {
    at: 'linked-camera',
    of: 'a door and another camera',
    holds: false,
    first: { device: 'door' },
    other: { device: 'other-cam' },
  },
  {
    at: 'linked-camera',
    of: 'a camera and its door',
    holds: false,
    first: { device: 'cam' },
    other: { device: 'door' },
  },
  { at: 'behind', of: 'a recorder and its camera', holds: true, first: { device: 'nvr' }, other: { device: 'cam' } },
  {
    at: 'behind',
    of: 'a gateway and what hangs behind its recorder',
    holds: true,
    first: { device: 'gateway' },
    other: { device: 'cam' },
  },
  {
    at: 'behind',
    of: 'a recorder and what hangs beside it',
    holds: false,
    first: { device: 'nvr' },
    other: { device: 'door' },
  },
  { at: 'same-place', of: 'one place', holds: true, first: { placeId: 'gate' }, other: { placeId: 'gate' } },
  {
    at: 'same-place',
    of: 'two places of one unit',
    holds: false,
    first: { placeId: 'gate', ...stairwell },
    other: { placeId: 'yard', ...stairwell },
  },
  { at: 'same-place', of: 'no place', holds: false, first: {}, other: {} },
  { at: 'same-unit', of: 'one unit', holds: true, first: stairwell, other: stairwell },
  {
    at: 'same-unit',
    of: 'a unit and the one above it',
    holds: false,
    first: stairwell,
    other: { unitPath: 'town/v1/b1' },
  },
  { at: 'same-unit', of: 'no unit', holds: false, first: {}, other: {} },
  { at: 'same-building', of: 'two stairwells', holds: true, first: stairwell, other: { unitPath: 'town/v1/b1/s2' } },
  {
    at: 'same-building',
    of: 'a stairwell and its building',
    holds: true,
    first: stairwell,
    other: { unitPath: 'town/v1/b1' },
  },
  { at: 'same-building', of: 'two buildings', holds: false, first: stairwell, other: { unitPath: 'town/v1/b2/s1' } },
  {
    at: 'same-building',
    of: 'a building whose name begins alike',
    holds: false,
    first: stairwell,
    other: { unitPath: 'town/v1/b10' },
  },
  {
    at: 'same-building',
    of: 'two yards of one village',
    holds: false,
    first: { unitPath: 'town/v1/y1' },
    other: { unitPath: 'town/v1/y2' },
  },
  { at: 'same-building', of: 'no unit', holds: false, first: {}, other: {} },
  {
    at: 'same-compound',
    of: 'anything',
    holds: true,
    first: { device: 'door', placeId: 'gate' },
    other: { device: 'other-cam', ...stairwell },
  },
  { at: 'same-compound', of: 'a drill and the real thing', holds: false, first: {}, other: { exercise: true } },
];

describe('where another alert is', () => {
  it.each(cases)('$at: $of, $holds', ({ at, holds, ...where }) => {
    const [first, other] = [alert('first', where.first), alert('other', where.other)];
    const surroundings = new Surroundings({ devices, buildings, alerts: [first, other] }, new Set([at]));
    const step = { kinds: new Set([first.kind]), at, count: 1, devices: 1 };
    const seen = [surroundings.around(first, step, 1000), surroundings.firstsFor(other, step, at, 1000)];
    expect(seen).toEqual(holds ? [[other], [first]] : [[], []]);
  });

  it('is tried for every relation, as it holds and as it does not', () => {
    for (const at of relations) {
      expect(new Set(cases.filter((one) => one.at === at).map(({ holds }) => holds))).toEqual(new Set([true, false]));
    }
  });
});
