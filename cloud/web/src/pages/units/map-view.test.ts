import { expect, test } from '@jest/globals';
import type { Outline } from '../../api/unit-types.js';
import { boundsOf, centreOf, isInside, pathOf, viewOf } from './map-view.js';

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
  const view = {
    ...viewOf({ west: 0, south: 0, east: 1, north: 1 }),
    x: (lon: number) => lon,
    y: (lat: number) => lat,
  };
  expect(pathOf([...square, ...square], view).match(/M[^M]+Z/g)).toHaveLength(2);
});

test('a point of the picture is the position that is drawn there', () => {
  const view = viewOf({ west: 120, south: 29, east: 120.01, north: 29.004 });
  const { lon, lat } = view.at(view.x(120.0041), view.y(29.0033));
  expect([lon, lat]).toEqual([expect.closeTo(120.0041, 5), expect.closeTo(29.0033, 5)]);
});

test('inside is within the outer ring, and in none of its holes', () => {
  const hole = [
    [120.005, 60.004],
    [120.015, 60.004],
    [120.015, 60.006],
    [120.005, 60.006],
    [120.005, 60.004],
  ] as const;
  const outline: Outline = [...square, hole];
  expect(isInside(outline, { lon: 120.001, lat: 60.005 })).toBe(true);
  expect(isInside(outline, { lon: 120.01, lat: 60.005 })).toBe(false);
  expect(isInside(outline, { lon: 120.03, lat: 60.005 })).toBe(false);
});

test('a name is written in the middle of what an outline spans', () => {
  expect(centreOf(square)).toEqual({ lon: expect.closeTo(120.01, 6), lat: expect.closeTo(60.005, 6) });
});
