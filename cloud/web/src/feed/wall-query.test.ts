import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { noFilter, severities, stages, type WallFilter } from './wall-filter.js';
import { filterOfQuery, queryOfFilter, toggled } from './wall-query.js';

const filters: fc.Arbitrary<WallFilter> = fc.record({
  severities: fc.subarray([...severities]),
  stages: fc.subarray([...stages]),
  unit: fc.string({ maxLength: 40 }),
  compound: fc.string({ maxLength: 20 }),
  text: fc.string({ maxLength: 40 }),
  order: fc.constantFrom('newest' as const, 'longest' as const),
});

test('an address holds the whole filter', () => {
  fc.assert(fc.property(filters, (filter) => expect(filterOfQuery(queryOfFilter(filter))).toEqual(filter)));
});

test('no filter needs no address', () => expect(queryOfFilter(noFilter)).toEqual({}));

test('what an address says wrongly is no filter', () => {
  expect(filterOfQuery({ severity: '9,x,2', stage: 'gone', order: ['odd'], q: null })).toEqual({
    ...noFilter,
    severities: [2],
  });
});

test('a press puts in and a second press takes out', () => {
  expect(toggled(toggled([1], 2), 1)).toEqual([2]);
});
