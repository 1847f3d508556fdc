import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkCode, codeSchemes, schemeOf } from './codes.js';

const check = (scheme: string, value: string) => checkCode(schemeOf(scheme), value);
const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
const tail = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length - 1}}[1-9]$`));

/** What a spreadsheet makes of a long number: fifteen digits and zeros. */
const rounded = (value: string): string =>
  BigInt(
    Number(value).toPrecision(15).replace(/e\+.*/, '').replace('.', '').padEnd(BigInt(value).toString().length, '0'),
  ).toString();

describe('a code of the statistical districts', () => {
  it.each(['330782', '330782105', '330782105002', '330782105000'])('%s is one', (value) => {
    expect(check('statistical-12', value)).toBeUndefined();
  });

  it.each([
    ['', 'empty'],
    ['3.30782E+11', 'scientific'],
    ['33078210500', 'length'],
    ['33078210500X', 'characters'],
    ['990782105002', 'region'],
  ])('%j is none: %s', (value, fault) => expect(check('statistical-12', value)).toBe(fault));

  it('names the units above it, nearest first, in one spelling', () => {
    const { parents, canonical } = schemeOf('statistical-12');
    expect(parents('330782105002')).toEqual(['330782105', '330782', '330700', '330000']);
    expect(['330782105000', '330782000000', '330782105002'].map(canonical)).toEqual([
      '330782105',
      '330782',
      '330782105002',
    ]);
  });
});

describe('a code of 20 digits', () => {
  const grid = '01010133078210500103';
  const device = '33078210011340000001';

  it('is taken as it is written', () => {
    expect([check('cjt349-20', grid), check('gb28181-20', device)]).toEqual([undefined, undefined]);
  });

  it.each([
    ['gb28181-20', '3.30782E+19', 'scientific'],
    ['gb28181-20', '33078210011340000000', 'rounded'],
    ['gb28181-20', '330782100113400', 'length'],
    ['gb28181-20', '33078210010340000001', 'segment'],
    ['cjt349-20', grid.slice(1), 'zero-lost'],
    ['cjt349-20', '01010133078210500003', 'segment'],
  ])('of %s is refused as %s: %s', (scheme, value, fault) => expect(check(scheme, value)).toBe(fault));

  it('that went through a spreadsheet as a number is never taken', () => {
    const region = fc.constantFrom('11', '33', '54', '65');
    const video = fc.tuple(region, digits(8), tail(10)).map((parts) => parts.join(''));
    fc.assert(
      fc.property(video, (value) => {
        expect(check('gb28181-20', rounded(value))).toBe('rounded');
        expect(check('gb28181-20', Number(value).toExponential(5))).toBe('scientific');
      }),
    );
    const lost = fc.tuple(digits(18), tail(1)).map(([front, end]) => `${front}${end}`);
    fc.assert(fc.property(lost, (value) => expect(check('cjt349-20', value)).toBe('zero-lost')));
  });
});

it('no scheme throws, whatever it is given, and one spelling stays itself', () => {
  fc.assert(
    fc.property(fc.constantFrom(...codeSchemes), fc.oneof(fc.string(), digits(12), digits(20)), (scheme, value) => {
      if (checkCode(scheme, value) !== undefined) return;
      expect(scheme.canonical(scheme.canonical(value))).toBe(scheme.canonical(value));
      expect(scheme.parents(scheme.canonical(value))).not.toContain(scheme.canonical(value));
    }),
  );
});
