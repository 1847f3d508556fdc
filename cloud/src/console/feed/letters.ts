import type { FeedPage } from './feed-page.js';
import type { Reading, Sight } from './readings.js';

/** All that a window has for one viewer. */
export interface Letter<Viewer> {
  readonly viewer: Viewer;
  readonly pages: readonly FeedPage[];
}

/** Puts together what the readings of a window bring, and hands out what a viewer gets once its last page is there. */
export class Letters<Viewer extends Sight> {
  /** Of those for whom nothing needs to be read. */
  readonly complete: readonly Letter<Viewer>[];
  private readonly unread: Reading<Viewer>[];
  private readonly open = new Map<Viewer, { pages: FeedPage[]; missing: number }>();

  constructor(viewers: readonly Viewer[], readings: readonly Reading<Viewer>[]) {
    this.unread = [...readings];
    for (const viewer of viewers) this.open.set(viewer, { pages: [], missing: 0 });
    for (const reading of readings) for (const viewer of reading.viewers) this.letterOf(viewer).missing += 1;
    this.complete = viewers.filter((viewer) => this.letterOf(viewer).missing === 0).map(emptyFor);
  }

  /** What is to be read next; undefined where all is taken. */
  next(): Reading<Viewer> | undefined {
    return this.unread.shift();
  }

  /** The letters that this page makes complete. */
  take({ viewers }: Reading<Viewer>, page: FeedPage): readonly Letter<Viewer>[] {
    return viewers.flatMap((viewer) => {
      const letter = this.letterOf(viewer);
      letter.pages.push(page);
      letter.missing -= 1;
      return letter.missing === 0 ? [{ viewer, pages: letter.pages }] : [];
    });
  }

  private letterOf(viewer: Viewer): { pages: FeedPage[]; missing: number } {
    const letter = this.open.get(viewer);
    if (letter) return letter;
    throw new RangeError('a reading for a viewer who is not there');
  }
}

function emptyFor<Viewer>(viewer: Viewer): Letter<Viewer> {
  return { viewer, pages: [] };
}
