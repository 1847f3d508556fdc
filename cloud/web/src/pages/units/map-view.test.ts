import { expect, test } from '@jest/globals';
import type { Outline } from '../../api/unit-types.js';
import { boundsOf, pathOf, viewOf } from './map-view.js';

const square: Outline = [
  [
    [120, 60],
    [120.02, 60],
    [120.02, 60.01],
    [120, 60.01],
    [120, 60],
  ],
];

test('a map holds every outline and every point', () => {
  expect(boundsOf([square], [{ lon: 119.9, lat: 60.2 }])).toEqual({
    west: 119.9,
    south: 60,
    east: 120.02,
    north: 60.2,
  });
  expect(boundsOf([], [])).toBeUndefined();
});

test('north is up, and a metre is as wide as it is high: at 60° a degree of longitude is half as wide', () => {
  const view = viewOf({ west: 120, south: 60, east: 120.02, north: 60.01 });
  expect([Math.round(view.width), Math.round(view.height)]).toEqual([1000, 1000]);
  expect(view.y(60.01)).toBeLessThan(view.y(60));
  expect([view.x(120), Math.round(view.x(120.02))]).toEqual([20, 980]);
});

test('one single point has a map around it', () => {
  const view = viewOf({ west: 120, south: 29, east: 120, north: 29 });
  expect([view.x(120), view.y(29)]).toEqual([view.width / 2, view.height / 2]);
});

test('an outline is closed, each ring by itself', () => {
  const view = { width: 0, height: 0, x: (lon: number) => lon, y: (lat: number) => lat };
  expect(pathOf([...square, ...square], view).match(/M[^M]+Z/g)).toHaveLength(2);
});
