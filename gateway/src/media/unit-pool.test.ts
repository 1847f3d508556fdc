import { expect, it } from '@jest/globals';
import { UnitPool } from './unit-pool.js';

const MIB = 1024 * 1024;

it('a buffer is used again, grown with what it holds', () => {
  const pool = new UnitPool();
  const first = pool.take();
  first.write('start');
  const larger = pool.grow(first, 300_000);
  expect(larger.length).toBeGreaterThanOrEqual(300_000);
  expect(larger.toString('latin1', 0, 5)).toBe('start');
  expect(pool.take()).toBe(first);
});

it('no more than 16 MiB wait for use, whatever was given back', () => {
  const pool = new UnitPool();
  const given = Array.from({ length: 40 }, (_, index) => Buffer.alloc(index % 2 === 0 ? MIB : MIB + 1));
  for (const buffer of given) pool.give(buffer);
  const taken = Array.from({ length: 40 }, () => pool.take()).filter((buffer) => given.some((one) => one === buffer));
  expect(taken.map(({ length }) => length)).toEqual(Array.from({ length: 16 }, () => MIB));
});
