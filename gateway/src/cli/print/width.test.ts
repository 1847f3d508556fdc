import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { padTo, widthOf, wrap } from './width.js';

describe('the width of a text', () => {
  it.each([
    ['gate-1', 6],
    ['门禁', 4],
    ['1 号楼', 6],
    ['（南门）', 8],
    ['e\u0301', 1],
    ['', 0],
    ['🚪', 2],
  ])('%j takes %i columns', (text, width) => expect(widthOf(text)).toBe(width));

  it('is what padding fills up', () => {
    expect(padTo('门', 4)).toBe('门  ');
    expect(padTo('门禁面板', 4)).toBe('门禁面板');
  });
});

describe('wrapping', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', 'bc', ' ', '门', '号', ',', '-') });

  it('makes no line wider than asked', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 30 }), (text, width) => {
        for (const line of wrap(text, width)) expect(widthOf(line)).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('loses nothing but spaces', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 30 }), (text, width) => {
        expect(wrap(text, width).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });

  it('breaks between words, between CJK characters and at line breaks', () => {
    expect(wrap('the first door', 9)).toEqual(['the first', 'door']);
    expect(wrap('小区南门', 4)).toEqual(['小区', '南门']);
    expect(wrap('one\ntwo', 9)).toEqual(['one', 'two']);
  });
});
