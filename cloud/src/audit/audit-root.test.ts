import { describe, expect, it } from '@jest/globals';
import { parseRoot, writtenRoot } from './audit-root.js';

const root = { rows: 1204, hash: 'a1'.repeat(32) };

describe('a root of the audit log', () => {
  it('is read as it is written', () => {
    expect(writtenRoot(root)).toBe(`1204:${root.hash}`);
    expect(parseRoot(writtenRoot(root))).toEqual(root);
  });

  it.each([`0:${root.hash}`, `1204:${root.hash}0`, `-1:${root.hash}`, root.hash, '1204', `1204:${'g'.repeat(64)}`])(
    'is not %s',
    (text) => expect(() => parseRoot(text)).toThrow('COUNT:HASH'),
  );
});
