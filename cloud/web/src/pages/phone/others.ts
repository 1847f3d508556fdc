import type { LegPage } from '../../api/channel-types.js';

type Other = LegPage['others'][number];

/** How far a push has come, the furthest first; what comes after these is an end without an answer. */
const progress: readonly string[] = ['resolved', 'accepted', 'acknowledged', 'read', 'delivered', 'sent', 'queued'];

/** One line a role, on whatever channels and rungs it was told: as far as the furthest of its pushes has come. */
export function furthest(others: readonly Other[]): readonly Other[] {
  const place = ({ state }: Other): number => {
    const known = progress.indexOf(state);
    return known === -1 ? progress.length : known;
  };
  const lines = new Map<string, Other>();
  for (const other of others) {
    const before = lines.get(other.role);
    if (!before || place(other) < place(before)) lines.set(other.role, other);
  }
  return [...lines.values()];
}
