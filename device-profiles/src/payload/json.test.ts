import { AnGridError } from '@angrid/contract';
import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { CUT, parseJson, payloadLimits } from './json.js';
import { malformedReason } from './malformed.js';

const nested = (depth: number): string => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;

function reasonOf(body: string | Buffer): string {
  try {
    parseJson(Buffer.from(body));
  } catch (error) {
    if (error instanceof AnGridError && error.code === 'profile.malformed-payload') return malformedReason(error);
    throw error;
  }
  return 'taken';
}

describe('a JSON payload', () => {
  test.each([
    ['nothing', '', 'empty'],
    ['blanks and NULs only', ' \n\0\0', 'empty'],
    ['text that ends too early', '{"a":"b', 'not-json'],
    ['a stray escape at the end', '{"a":"b\\', 'not-json'],
    ['XML', '<a/>', 'not-json'],
    ['a list', '[1]', 'not-an-object'],
    ['null', 'null', 'not-an-object'],
    ['a number', '12', 'not-an-object'],
    ['33 levels', nested(33), 'too-deep'],
    ['a million brackets', '['.repeat(1_000_000), 'too-deep'],
    ['ten thousand values', `{"a":[${'1,'.repeat(10_000)}1]}`, 'too-many-values'],
    ['two keys of one name are the last one', '{"a":1,"a":2}', 'taken'],
    ['32 levels', nested(32), 'taken'],
    ['brackets inside a text', JSON.stringify({ a: '['.repeat(500) }), 'taken'],
    ['a text that ends in an escaped quote', JSON.stringify({ a: `${'x'.repeat(60)}"` }), 'taken'],
  ])('of %s', (_what, body, expected) => {
    expect(reasonOf(body)).toBe(expected);
  });

  it('larger than the limit is refused before a byte of it is read', () => {
    expect(reasonOf(Buffer.alloc(payloadLimits.bytes + 1))).toBe('too-large');
    expect(() => parseJson(Buffer.from('{"a":123456789}'), 10)).toThrow('too-large: 15 bytes, at most 10');
  });

  it('may begin with a byte order mark and end with NULs', () => {
    expect(parseJson(Buffer.from('\uFEFF{"a":1}\0\0')).value).toEqual({ a: 1 });
  });

  it('loses texts that are too long to be anything but pictures, and says how many', () => {
    const picture = `data:image/jpeg;base64,${'A\\"'.repeat(400_000)}`;
    const { value, cuts } = parseJson(Buffer.from(`{"id":"7","pic":"${picture}","scene":"${'B'.repeat(5000)}","n":1}`));
    expect(value).toEqual({ id: '7', pic: CUT, scene: CUT, n: 1 });
    expect(cuts).toBe(2);
  });

  it('is otherwise what JSON.parse makes of it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ maxLength: 80 }), fc.jsonValue({ maxDepth: 6 })), (object) => {
        const text = JSON.stringify(object);
        expect(parseJson(Buffer.from(text)).value).toEqual(JSON.parse(text));
      }),
    );
  });

  it('of any bytes is taken or refused, and never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(typeof reasonOf(Buffer.from(bytes))).toBe('string');
      }),
    );
  });
});
