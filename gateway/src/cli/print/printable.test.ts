import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonLine, painted, printable } from './printable.js';

describe('text of devices', () => {
  it('reaches the terminal without control characters', () => {
    expect(printable('a\u001b]0;x\u0007\u009b31m\u202eb\nc')).toBe('a\\u001b]0;x\\u0007\\u009b31m\\u202eb\nc');
  });

  it('may hold the colours of this program and nothing else', () => {
    expect(painted('\u001b[31mred\u001b[39m \u001b[2J')).toBe('\u001b[31mred\u001b[39m \\u001b[2J');
  });
});

describe('a line of JSON', () => {
  it('is one line without control characters, and still the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const line = jsonLine(value);
        expect(line).not.toMatch(/[\p{Cc}]/u);
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    expect(jsonLine('\u009b31m')).toBe('"\\u009b31m"');
  });
});
