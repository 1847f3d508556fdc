import { describe, expect, it } from '@jest/globals';
import type { FeedPage } from './feed-page.js';
import { Letters } from './letters.js';
import type { Reading, Sight } from './readings.js';

interface Viewer extends Sight {
  readonly name: string;
}

const sight = { scope: { compounds: 'all', units: 'all', actor: 'account-1' }, topics: ['alert'] } as const;
const [ann, bo, cy] = ['ann', 'bo', 'cy'].map((name): Viewer => ({ ...sight, name })) as [Viewer, Viewer, Viewer];
const reading = (...viewers: Viewer[]): Reading<Viewer> => ({ ...sight, viewers });
const page = (text: string): FeedPage => ({ messages: [{ position: 1, text }], incidents: [] });

function taken(letters: Letters<Viewer>, pages: readonly string[]): string[] {
  return pages.map((text) => {
    const next = letters.next();
    const complete = next === undefined ? [] : letters.take(next, page(text));
    return complete
      .map(({ viewer, pages: got }) => `${viewer.name}: ${got.map(({ messages }) => messages[0]?.text).join(' ')}`)
      .join(', ');
  });
}

describe('what a viewer is given of a window', () => {
  it('is complete with its last page, whatever the others still wait for', () => {
    const letters = new Letters([ann, bo], [reading(ann, bo), reading(ann), reading(bo), reading(ann)]);
    expect(taken(letters, ['one', 'two', 'three', 'four'])).toEqual(['', '', 'bo: one three', 'ann: one two four']);
    expect(letters.next()).toBeUndefined();
  });

  it('is an empty letter where nothing has to do with it', () => {
    const letters = new Letters([ann, cy], [reading(ann)]);
    expect(letters.complete).toEqual([{ viewer: cy, pages: [] }]);
  });
});
