import { describe, expect, it } from '@jest/globals';
import { type LockName, lockNumber } from './locks.js';

describe('an advisory lock', () => {
  it('has one number in every version of the program, and no other lock has it', () => {
    const numbers: Readonly<Record<LockName, number>> = {
      schema: 4_714_201_811,
      'audit log': 4_714_201_812,
      'feed positions': 4_714_201_813,
      'event partitions': 4_714_201_814,
      care: 4_714_201_815,
      links: 4_714_201_816,
      'audit root': 4_714_201_817,
    };
    for (const [name, number] of Object.entries(numbers))
      expect([name, lockNumber(name as LockName)]).toEqual([name, number]);
    expect(new Set(Object.values(numbers)).size).toBe(Object.keys(numbers).length);
  });
});
