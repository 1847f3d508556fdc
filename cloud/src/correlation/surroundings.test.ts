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
const cases: readonly (readonly [Relation, string, boolean, Where, Where])[] = [
  ['same-device', 'a door and itself', true, { device: 'door' }, { device: 'door' }],
  ['same-device', 'a door and its camera', false, { device: 'door' }, { device: 'cam' }],
  ['linked-camera', 'a door and its camera', true, { device: 'door' }, { device: 'cam' }],
  ['linked-camera', 'a door and another camera', false, { device: 'door' }, { device: 'other-cam' }],
  ['linked-camera', 'a camera and its door', false, { device: 'cam' }, { device: 'door' }],
  ['behind', 'a recorder and its camera', true, { device: 'nvr' }, { device: 'cam' }],
  ['behind', 'a gateway and what hangs behind its recorder', true, { device: 'gateway' }, { device: 'cam' }],
  ['behind', 'a recorder and what hangs beside it', false, { device: 'nvr' }, { device: 'door' }],
  ['same-place', 'one place', true, { placeId: 'gate' }, { placeId: 'gate' }],
  ['same-place', 'two places of one unit', false, { placeId: 'gate', ...stairwell }, { placeId: 'yard', ...stairwell }],
  ['same-place', 'no place', false, {}, {}],
  ['same-unit', 'one unit', true, stairwell, stairwell],
  ['same-unit', 'a unit and the one above it', false, stairwell, { unitPath: 'town/v1/b1' }],
  ['same-unit', 'no unit', false, {}, {}],
  ['same-building', 'two stairwells', true, stairwell, { unitPath: 'town/v1/b1/s2' }],
  ['same-building', 'a stairwell and its building', true, stairwell, { unitPath: 'town/v1/b1' }],
  ['same-building', 'two buildings', false, stairwell, { unitPath: 'town/v1/b2/s1' }],
  ['same-building', 'a building whose name begins alike', false, stairwell, { unitPath: 'town/v1/b10' }],
  ['same-building', 'two yards of one village', false, { unitPath: 'town/v1/y1' }, { unitPath: 'town/v1/y2' }],
  ['same-building', 'no unit', false, {}, {}],
  ['same-compound', 'anything', true, { device: 'door', placeId: 'gate' }, { device: 'other-cam', ...stairwell }],
  ['same-compound', 'a drill and the real thing', false, {}, { exercise: true }],
];

describe('where another alert is', () => {
  it.each(cases)('%s: %s %s', (at, _, holds, one, two) => {
    const [first, other] = [alert('first', one), alert('other', two)];
    const surroundings = new Surroundings({ devices, buildings, alerts: [first, other] });
    const step = { kinds: new Set([first.kind]), at, count: 1, devices: 1 };
    const seen = [surroundings.around(first, step, 1000), surroundings.firstsFor(other, step, at, 1000)];
    expect(seen).toEqual(holds ? [[other], [first]] : [[], []]);
  });

  it('is tried for every relation, as it holds and as it does not', () => {
    for (const at of relations) {
      expect(new Set(cases.filter(([of]) => of === at).map(([, , holds]) => holds))).toEqual(new Set([true, false]));
    }
  });
});
