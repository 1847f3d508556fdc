import { sha256 } from '@angrid/contract/signing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SEEN_WORDS, SeenIndex } from './seen-index.js';
import { seenBytes, wordsOf } from './seen-log.js';

const words = (name: string): Uint32Array => wordsOf(seenBytes([sha256(name)]));

describe('the index of seen events', () => {
  it('behaves as a set that forgets its oldest, whatever is added and forgotten', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ add: fc.integer({ min: 1, max: 900 }) }) },
      { weight: 1, arbitrary: fc.record({ forget: fc.integer({ min: 0, max: 1500 }) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const index = new SeenIndex();
        const model: string[] = [];
        let next = 0;
        for (const it of steps) {
          if ('forget' in it) {
            index.forgetOldest(it.forget);
            model.splice(0, it.forget);
            continue;
          }
          for (let n = 0; n < it.add; n += 1) {
            const name = `event-${next++}`;
            index.add(words(name), 0);
            model.push(name);
          }
        }
        expect(index.size).toBe(model.length);
        const held = new Set(model);
        for (let n = 0; n < next; n += 1) expect(index.has(words(`event-${n}`), 0)).toBe(held.has(`event-${n}`));
      }),
      { numRuns: 30 },
    );
  });

  it('tells ids apart that differ in their last kept bit', () => {
    const index = new SeenIndex();
    const id = words('a');
    const other = id.slice();
    other[SEEN_WORDS - 1] = (other[SEEN_WORDS - 1] as number) ^ 1;
    index.add(id, 0);
    expect([index.has(id, 0), index.has(other, 0)]).toEqual([true, false]);
  });
});
