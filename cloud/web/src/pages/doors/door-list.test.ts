import { expect, test } from '@jest/globals';
import { sampleDoor } from '../../testing/samples.js';
import { type DoorFilter, doorsInOrder } from './door-list.js';

const all: DoorFilter = { state: '', compound: '', text: '' };
const names = (filter: Partial<DoorFilter> = {}) => doorsInOrder(doors, { ...all, ...filter }).map(({ name }) => name);

const doors = [
  sampleDoor({ name: 'Door 10' }),
  sampleDoor({ name: 'Door 2', clockSkewMs: -45_000 }),
  sampleDoor({ name: 'Held', door: 'held_open', activeAlerts: 1 }),
  sampleDoor({ name: 'Forced', door: 'forced' }),
  sampleDoor({ name: 'Open', door: 'open', compound: { id: 'c2', name: 'River Court' } }),
  sampleDoor({ name: 'Away', state: 'offline', door: 'open' }),
  sampleDoor({ name: 'New', state: 'unknown', door: 'unknown' }),
];

test('offline doors come first, then forced, held open and open ones, then the rest by number', () => {
  expect(names()).toEqual(['Away', 'New', 'Forced', 'Held', 'Open', 'Door 2', 'Door 10']);
});

test.each([
  ['offline', ['Away']],
  ['open', ['Away', 'Forced', 'Held', 'Open']],
  ['held_open', ['Held']],
  ['forced', ['Forced']],
  ['alert', ['Held']],
  ['skewed', ['Door 2']],
] as const)('the filter %s shows its doors only', (state, shown) => expect(names({ state })).toEqual(shown));

test('a search and a compound narrow further', () => {
  expect(names({ text: 'door 10' })).toEqual(['Door 10']);
  expect(names({ compound: 'c2' })).toEqual(['Open']);
  expect(names({ text: 'RIVER open' })).toEqual(['Open']);
});
