import { describe, expect, it } from '@jest/globals';
import { compileTiny, emitting, readTiny } from '../testing.fixture.js';

describe('a state that lasts while a condition holds', () => {
  const state = { holds: [{ path: 'bolt', in: ['open', 'forced'] }], begins: 'door.opened', ends: 'door.closed' };
  const profile = compileTiny(emitting({ state }));

  it('begins and ends with it', () => {
    const kinds = ['open', 'forced', 'shut'].map((bolt) => readTiny(profile, { id: 1, bolt }).events[0]?.kind);
    expect(kinds).toEqual(['door.opened', 'door.opened', 'door.closed']);
  });
});

describe('the bits of several doors', () => {
  const doors = { count: 3, width: 2, known: 3 };
  const state = { path: 'sensor', bits: 2, doors, begins: 'door.opened', ends: 'door.closed' };
  const profile = compileTiny(emitting({ state }));
  const read = (sensor: unknown) => readTiny(profile, { id: 1, sensor });

  it('are an event of each door that has the sensor', () => {
    // Door 1 open, door 2 without a sensor, door 3 closed, door 4 not asked for.
    const { events } = read('92');
    expect(events.map(({ kind, channel, position }) => [kind, channel, position])).toEqual([
      ['door.opened', '1', 0],
      ['door.closed', '3', 1],
    ]);
  });

  it('end where the digits end', () => {
    const wide = { ...state, doors: { count: 8, width: 8 } };
    expect(readTiny(compileTiny(emitting({ state: wide })), { id: 1, sensor: '0200' }).events).toHaveLength(2);
  });

  it('are unknown where they are no hexadecimal digits', () => {
    for (const sensor of [undefined, '', '0', 'xy', {}])
      expect(read(sensor)).toMatchObject({ events: [], unknown: true });
  });
});
