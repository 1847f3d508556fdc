import { describe, expect, it } from '@jest/globals';
import { clientIdBelongs, isClientId } from './client-id.js';

describe('a client id', () => {
  it.each([
    ['A', true],
    ['a-Z_9', true],
    ['x'.repeat(64), true],
    ['', false],
    ['x'.repeat(65), false],
    ['a b', false],
    ['a/b', false],
    ['a#', false],
    ['门', false],
    ['a\n', false],
  ])('%j is safe: %s', (id, safe) => {
    expect(isClientId(id)).toBe(safe);
  });

  it('belongs to an account by its whole name or its name and a separator', () => {
    const belongs = ['A', 'A-1', 'A_x', 'AB', 'B', 'a', 'A.1'].filter((id) => clientIdBelongs(id, ['A']));
    expect(belongs).toEqual(['A', 'A-1', 'A_x']);
  });
});
