import { describe, expect, it } from '@jest/globals';
import { keptNote, reasonText } from './free-text.js';
import { MARK } from './redact.js';

describe('a note', () => {
  it('is kept without its numbers, which are counted', () => {
    expect(keptNote(' 业主 13812345678，车牌 浙G12345 ')).toEqual({
      note: `业主 ${MARK}，车牌 ${MARK}`,
      redacted: { phone: 1, identity: 0, plate: 1 },
    });
  });

  it('without numbers is kept as it is', () => {
    expect(keptNote('3 号楼 201，已处理')).toEqual({ note: '3 号楼 201，已处理', redacted: undefined });
  });

  it.each([undefined, '', '  '])('is none where it says nothing: %j', (written) => {
    expect(keptNote(written).note).toBeUndefined();
  });
});

describe('a reason', () => {
  it('is read without its numbers', () => {
    expect(reasonText(200).parse(' 请致电 13812345678 ')).toBe(`请致电 ${MARK}`);
  });

  it('has at least two characters, and no more than it may', () => {
    expect(reasonText(5).safeParse(' a ').success).toBe(false);
    expect(reasonText(5).safeParse('年假').success).toBe(true);
    expect(reasonText(5).safeParse('abcdef').success).toBe(false);
  });
});
