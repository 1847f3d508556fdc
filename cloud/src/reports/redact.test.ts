import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { MARK, redact } from './redact.js';

const digit = fc.integer({ min: 0, max: 9 }).map(String);
const run = (length: number) => fc.array(digit, { minLength: length, maxLength: length }).map((all) => all.join(''));
const mobile = fc.tuple(fc.integer({ min: 3, max: 9 }), run(9)).map(([second, rest]) => `1${second}${rest}`);
const identity = fc
  .tuple(fc.integer({ min: 1, max: 9 }), run(16), fc.constantFrom('X', 'x', '7'))
  .map(([first, middle, last]) => `${first}${middle}${last}`);
const plate = fc
  .tuple(fc.constantFrom(...'京浙苏粤晋甘'), fc.constantFrom(...'ABCEG'), fc.constantFrom('', 'D'), run(5))
  .map((parts) => parts.join(''));
const fullWidth = (text: string): string =>
  text.replaceAll(/[0-9A-Z]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));
const spelt = (text: string): string => text.replaceAll(/\d/g, (sign) => '零幺二三四五六七八九'[Number(sign)] ?? '');
const grouped = (text: string): string => `${text.slice(0, 3)}-${text.slice(3, 7)} ${text.slice(7)}`;
const words = fc.stringMatching(/^[东西门灯坏了有人在吵架，。 ]{0,12}$/u);

describe('numbers that name somebody', () => {
  test.each([
    ['a mobile number', mobile, 'phone'],
    ['a mobile number in full width', mobile.map(fullWidth), 'phone'],
    ['a mobile number spelt out', mobile.map(spelt), 'phone'],
    ['a mobile number in groups', mobile.map(grouped), 'phone'],
    ['a mobile number with the country', mobile.map((number) => `+86 ${number}`), 'phone'],
    ['an identity card', identity, 'identity'],
    ['an identity card in full width', identity.map(fullWidth), 'identity'],
    ['a plate', plate, 'plate'],
    ['a plate with a dot', plate.map((sign) => `${sign.slice(0, 2)}·${sign.slice(2)}`), 'plate'],
  ] as const)('%s is taken out and counted wherever it stands', (_name, number, kind) => {
    fc.assert(
      fc.property(words, number, words, (before, written, after) => {
        const { text, counts } = redact(before + written + after);
        expect(text).toBe(before + MARK + after);
        expect(counts).toEqual({ phone: 0, identity: 0, plate: 0, [kind]: 1 });
      }),
    );
  });

  test.each([
    ['致电0579-85123456', 'phone'],
    ['致电（010）85123456', 'phone'],
    ['客服400-123-4567', 'phone'],
    ['电话：85123456', 'phone'],
    ['身份证330782800101123', 'identity'],
    ['浙GD12345停在消防通道', 'plate'],
  ] as const)('%s', (text, kind) => {
    expect(redact(text).counts[kind]).toBe(1);
    expect(redact(text).text).not.toMatch(/\d{4}/);
  });
});

it('leaves floors, times, dates and prices alone', () => {
  const text = '3号楼2单元1501，2026年3月1日21:30，电梯坏了3次，押金1200元，工单20260301';
  expect(redact(text)).toEqual({ text, counts: { phone: 0, identity: 0, plate: 0 } });
});

it('finds nothing in what it has left, and keeps every character that is no number', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(words, mobile, identity, plate), { maxLength: 6 }), (parts) => {
      const once = redact(parts.join('，'));
      expect(redact(once.text)).toEqual({ text: once.text, counts: { phone: 0, identity: 0, plate: 0 } });
    }),
  );
});
