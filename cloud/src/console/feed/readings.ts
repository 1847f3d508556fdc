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

/** A compound in which something has happened. */
export interface Affected {
  readonly compound: string;
  /** Paths of all units that what has happened has to do with. */
  readonly paths: readonly string[];
}

/**
 * The readings by which all viewers learn what has happened. A scope that is narrowed to the compound, and of its units
 * to those that have to do with it, sees of it what it saw before, and never more: no row hangs on a row of another
 * compound.
 */
export function readingsOf<Viewer extends Sight>(
  viewers: readonly Viewer[],
  affected: readonly Affected[],
): readonly Reading<Viewer>[] {
  const readings = new Map<string, Sight & { readonly viewers: Viewer[] }>();
  for (const where of affected) {
    for (const viewer of viewers) {
      const scope = narrowed(viewer.scope, where);
      if (scope === undefined) continue;
      const { topics } = viewer;
      const key = JSON.stringify([where.compound, scope.units, scope.restricted, topics]);
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

/** Undefined where it sees nothing of it. */
function narrowed({ restricted = [], ...scope }: Scope, { compound, paths }: Affected): Scope | undefined {
  if (!includes(scope.compounds, compound)) return undefined;
  const units = unitsAmong(scope.units, paths);
  if (units.length === 0) return undefined;
  return { ...scope, units, compounds: [compound], restricted: includes(restricted, compound) ? [compound] : [] };
}

function unitsAmong(units: Scope['units'], paths: readonly string[]): Scope['units'] {
  if (units === 'all') return 'all';
  return paths.filter((path) => units.some((unit) => `${path}/`.startsWith(`${unit}/`)));
}

function includes(compounds: Scope['compounds'], compound: string): boolean {
  return compounds === 'all' || compounds.includes(compound);
}
