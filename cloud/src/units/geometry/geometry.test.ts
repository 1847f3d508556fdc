import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Outline } from '../../schema-units.js';
import { areaOf } from './area.js';
import { locator } from './locator.js';
import { readOutline, toWgs84 } from './outline.js';
import { outside, overlapsAmong } from './overlaps.js';

/** A square of `size` degrees with its south-west corner at lon, lat. */
const square = (lon: number, lat: number, size = 0.01): Outline => [
  [
    [lon, lat],
    [lon + size, lat],
    [lon + size, lat + size],
    [lon, lat + size],
    [lon, lat],
  ],
];
const polygon = (coordinates: unknown) => ({ type: 'Polygon', coordinates });
const all = () => false;

describe('an outline', () => {
  it('is one polygon, also where it is written as a collection of one', () => {
    const outline = square(120, 29);
    expect(readOutline(polygon(outline), 'wgs84')).toEqual(outline);
    expect(readOutline({ type: 'MultiPolygon', coordinates: [outline] }, 'wgs84')).toEqual(outline);
  });

  it.each([
    ['two pieces', { type: 'MultiPolygon', coordinates: [square(120, 29), square(121, 29)] }, 'not-one-piece'],
    [
      'a line that crosses itself',
      polygon([
        [
          [0, 0],
          [1, 1],
          [1, 0],
          [0, 1],
          [0, 0],
        ],
      ]),
      'not-one-piece',
    ],
    ['a point', { type: 'Point', coordinates: [120, 29] }, 'not-a-polygon'],
    [
      'three points',
      polygon([
        [
          [0, 0],
          [1, 1],
          [0, 0],
        ],
      ]),
      'not-a-polygon',
    ],
    ['metres instead of degrees', polygon(square(500_000, 29)), 'outside-the-world'],
    ['too many points', polygon([Array.from({ length: 5001 }, (_, at) => [at / 1e4, 0])]), 'too-many-points'],
  ])('is not made of %s', (_what, geometry, fault) => expect(readOutline(geometry, 'wgs84')).toBe(fault));

  it('drawn on a Chinese map is put back to where it is: some 500 m in Jinhua, and back within a metre', () => {
    const [lon, lat] = toWgs84([120.0, 29.3], 'gcj02');
    expect(Math.hypot((lon - 120) * 97_000, (lat - 29.3) * 111_195)).toBeGreaterThan(300);
    const [east, north] = toWgs84([120.0112, 29.3034], 'bd09');
    expect([east, north].map((degrees) => degrees.toFixed(2))).toEqual(['120.00', '29.30']);
  });
});

describe('areas and overlaps', () => {
  it('a square of a hundredth of a degree in Jinhua has 1.08 km²', () => {
    expect(areaOf([square(120, 29)]) / 1e6).toBeCloseTo(1.08, 2);
  });

  it('a hole is not part of the area', () => {
    const withHole: Outline = [...square(120, 29, 0.02), ...square(120.005, 29.005, 0.01)];
    expect(areaOf([withHole]) / areaOf([square(120, 29, 0.02)])).toBeCloseTo(0.75, 3);
  });

  it('neighbours that share a border do not overlap; neighbours by half do, and are named', () => {
    const shapes = [
      { id: 'a', outline: square(120, 29) },
      { id: 'b', outline: square(120.01, 29) },
      { id: 'c', outline: square(120.015, 29) },
    ];
    const [overlap, ...others] = overlapsAmong(shapes, all);
    expect(others).toEqual([]);
    expect(overlap?.ids).toEqual(['b', 'c']);
    expect((overlap?.squareMetres ?? 0) / areaOf([square(120, 29)])).toBeCloseTo(0.5, 2);
  });

  it('a border drawn a few centimetres off is drawing', () => {
    const shapes = [
      { id: 'a', outline: square(120, 29, 0.01) },
      { id: 'b', outline: square(120.009_999_5, 29, 0.01) },
    ];
    expect(overlapsAmong(shapes, all)).toEqual([]);
    expect(outside(square(120.009_999_5, 29), square(120.01, 29, 0.02))).toBe(0);
  });

  it('squares on a grid never overlap, and one that is pushed by more than a tenth always does', () => {
    const push = fc.double({ min: 0.1, max: 0.9, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), push, (side, by) => {
        const cells = Array.from({ length: side * side }, (_, at) => ({
          id: String(at),
          outline: square(120 + (at % side) * 0.01, 29 + Math.floor(at / side) * 0.01),
        }));
        expect(overlapsAmong(cells, all)).toEqual([]);
        const pushed = cells.with(0, { id: '0', outline: square(120 + by * 0.01, 29) });
        expect(overlapsAmong(pushed, all).map(({ ids }) => ids.join())).toContain('0,1');
      }),
      { numRuns: 20 },
    );
  });
});

describe('a point', () => {
  const find = locator([
    { id: 'town', level: 0, outline: square(120, 29, 0.1) },
    { id: 'village', level: 1, outline: square(120.01, 29.01) },
    { id: 'next', level: 1, outline: square(120.02, 29.01) },
  ]);

  it.each([
    [120.015, 29.015, 'village'],
    [120.05, 29.05, 'town'],
    [120.02, 29.015, 'next'],
    [121, 29, undefined],
  ])('%f %f lies in %s, the lowest of those that hold it', (lon, lat, unit) => expect(find(lon, lat)).toBe(unit));
});
