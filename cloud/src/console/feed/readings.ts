import type { Scope } from '../../platform/database/index.js';
import type { Topic } from './feed-page.js';

/** What somebody may see of the feed. */
export interface Sight {
  readonly scope: Scope;
  readonly topics: readonly Topic[];
}

/** What happened in one compound, read once for all who see the same of it. */
export interface Reading<Viewer> extends Sight {
  readonly viewers: readonly Viewer[];
}

/**
 * The readings by which all viewers learn what has happened in the compounds. A scope that is narrowed to a compound sees
 * of it what it saw before: no row hangs on a row of another compound.
 */
export function readingsOf<Viewer extends Sight>(
  viewers: readonly Viewer[],
  compounds: readonly string[],
): readonly Reading<Viewer>[] {
  const readings = new Map<string, Sight & { readonly viewers: Viewer[] }>();
  for (const compound of compounds) {
    for (const viewer of viewers) {
      if (!includes(viewer.scope.compounds, compound)) continue;
      const { topics } = viewer;
      const scope = narrowed(viewer.scope, compound);
      const key = JSON.stringify([compound, scope.units, scope.restricted, topics]);
      const known = readings.get(key);
      if (known) known.viewers.push(viewer);
      else readings.set(key, { scope, topics, viewers: [viewer] });
    }
  }
  return [...readings.values()];
}

/** All compounds of which one of the viewers sees something. */
export function compoundsOf(viewers: readonly Sight[]): Scope['compounds'] {
  const seen = new Set<string>();
  for (const { scope } of viewers) {
    if (scope.compounds === 'all') return 'all';
    for (const compound of scope.compounds) seen.add(compound);
  }
  return [...seen];
}

function narrowed({ restricted = [], ...scope }: Scope, compound: string): Scope {
  return { ...scope, compounds: [compound], restricted: includes(restricted, compound) ? [compound] : [] };
}

function includes(compounds: Scope['compounds'], compound: string): boolean {
  return compounds === 'all' || compounds.includes(compound);
}
