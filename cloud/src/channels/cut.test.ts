import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cutToBytes } from './cut.js';

const MARK = '…详情见链接';
const text = fc.string({ unit: 'grapheme', maxLength: 300 });
const most = fc.integer({ min: Buffer.byteLength(MARK), max: 400 });

describe('cutting a text to bytes', () => {
  it('leaves a text that fits as it is', () => {
    fc.assert(fc.property(text, (whole) => cutToBytes(whole, Buffer.byteLength(whole), MARK) === whole));
  });

  it('never exceeds the limit and never cuts through a character', () => {
    fc.assert(
      fc.property(text, most, (whole, limit) => {
        const cut = cutToBytes(whole, limit, MARK);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(limit);
        expect(Buffer.from(cut).toString()).toBe(cut);
        expect(cut === whole || cut.endsWith(MARK)).toBe(true);
        if (cut !== whole) expect(whole.startsWith(cut.slice(0, -MARK.length))).toBe(true);
      }),
    );
  });

  it('keeps as many characters as fit', () => {
    expect(cutToBytes('门'.repeat(10), 3 * 4 + 3, '…')).toBe(`${'门'.repeat(4)}…`);
    expect(cutToBytes('门'.repeat(10), 3 * 4 + 5, '…')).toBe(`${'门'.repeat(4)}…`);
    expect(cutToBytes('a🚪b🚪', 8, '…')).toBe('a🚪…');
  });
});
