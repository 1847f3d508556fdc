import { describe, expect, it } from '@jest/globals';
import { lowestAbove } from './lowest-above.js';

describe('the lowest unit that holds places', () => {
  it.each([
    ['is the building of them all', ['town/v1/b3', 'town/v1/b3'], 'town/v1/b3'],
    ['is the village of two buildings', ['town/v1/b3', 'town/v1/b4/s1'], 'town/v1'],
    ['is the one that holds itself and another', ['town/v1', 'town/v1/b3'], 'town/v1'],
    ['is not one whose name only begins alike', ['town/v1/b3', 'town/v12/b3'], 'town'],
    ['leaves out what stands in none', [null, 'town/v1/b3', null], 'town/v1/b3'],
    ['is none over two trees', ['town/v1', 'police/v1'], null],
    ['is none where no place has one', [null], null],
    ['is none without a place', [], null],
  ])('%s', (_, paths, unit) => {
    expect(lowestAbove(paths)).toBe(unit);
  });
});
