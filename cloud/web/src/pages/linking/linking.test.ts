import { expect, test } from '@jest/globals';
import type { Device, Place } from '../../api/types.js';
import { camerasFor, devicesInOrder, doorsToLink, placesWithDevices, withCamera } from './linking.js';

const compound = { id: 'c1', name: 'Harmony Garden' };
const device = (id: string, part: Partial<Device> = {}): Device => ({
  id,
  kind: 'panel',
  name: id,
  compound,
  gateway: { id: 'g', name: 'g' },
  profile: null,
  manufacturer: null,
  model: null,
  gb28181: null,
  place: { id: 'p1', name: 'Entrance' },
  unit: null,
  state: 'online',
  stateSince: '',
  clockSkewMs: null,
  reach: null,
  position: null,
  cameras: [],
  ...part,
});
const place = (id: string): Place => ({ id, name: id, kind: 'entrance', compound, unit: null, position: null });

test('unlinked devices come first, each group in the order of numbers', () => {
  const devices = [device('d10', { place: null }), device('a'), device('d2', { place: null })];
  expect(devicesInOrder(devices, '').map(({ id }) => id)).toEqual(['d2', 'd10', 'a']);
});

test('a device is found by name, model, place or its GB/T 28181 code', () => {
  const devices = [device('a', { gb28181: '33078210501310000001' }), device('b', { model: 'FP-20', place: null })];
  expect(devicesInOrder(devices, '3100000').map(({ id }) => id)).toEqual(['a']);
  expect(devicesInOrder(devices, 'fp-2').map(({ id }) => id)).toEqual(['b']);
});

test('a place shows its own devices, and not those of a place of the same id elsewhere', () => {
  const devices = [device('here'), device('there', { compound: { id: 'c2', name: 'Other' } })];
  expect(placesWithDevices([place('p1')], devices, '')[0]?.devices.map(({ id }) => id)).toEqual(['here']);
});

test('doors without a camera come first, and cameras are no doors', () => {
  const devices = [
    device('seen', { cameras: [{ id: 'c', name: 'c' }] }),
    device('cam', { kind: 'camera' }),
    device('unseen'),
  ];
  expect(doorsToLink(devices, '').map(({ id }) => id)).toEqual(['unseen', 'seen']);
  expect(camerasFor(devices, 'c1').map(({ id }) => id)).toEqual(['cam']);
});

test('switching a camera on and off leaves the others of the door', () => {
  const door = device('d', {
    cameras: [
      { id: 'a', name: '' },
      { id: 'b', name: '' },
    ],
  });
  expect(withCamera(door, 'c', true)).toEqual(['a', 'b', 'c']);
  expect(withCamera(door, 'a', true)).toEqual(['b', 'a']);
  expect(withCamera(door, 'a', false)).toEqual(['b']);
});
