import { expect, test } from '@jest/globals';
import { positionFault, positionOf } from './position.js';

test.each([
  ['120.06', ' 29.3', undefined],
  ['', '', undefined],
  ['120.06', '', 'half'],
  ['east', '29', 'number'],
  ['120.06°', '29.3', 'number'],
  ['29.3', '120.06', 'swapped'],
  ['120', '91.5', 'world'],
  ['190', '29', 'world'],
])('%j %j: %s', (lon, lat, fault) => {
  expect(positionFault({ lon, lat, crs: 'gcj02' })).toBe(fault);
});

test('a whole position goes with the system that it was read in, and none while it is not whole', () => {
  expect(positionOf({ lon: ' 120.06', lat: '29.3', crs: 'bd09' })).toEqual({ lon: 120.06, lat: 29.3, crs: 'bd09' });
  expect(positionOf({ lon: '120.06', lat: '', crs: 'wgs84' })).toBeUndefined();
  expect(positionOf({ lon: '', lat: '', crs: 'wgs84' })).toBeUndefined();
});
