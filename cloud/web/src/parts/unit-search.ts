import type { Unit } from '../api/types.js';

export interface FoundUnit {
  readonly unit: Unit;
  /** The unit and the one above it, so that two buildings called 3 can be told apart. */
  readonly label: string;
}

const MOST = 50;

/** Units whose name, whose way or whose code holds every word, as many as one reads; and those that are chosen. */
export function findUnits(units: readonly Unit[], text: string, chosen: (unit: Unit) => boolean): readonly FoundUnit[] {
  const names = new Map(units.map(({ path, name }) => [path, name]));
  const words = text.trim().toLowerCase().split(/\s+/);
  const found: FoundUnit[] = [];
  const others: FoundUnit[] = [];
  for (const unit of units) {
    const way = waysTo(unit.path).map((path) => names.get(path) ?? '');
    const label = way.slice(-2).filter(Boolean).join(' › ') || unit.name;
    const all = [...way, unit.id, unit.path, ...unit.codes].join('\n').toLowerCase();
    if (words.every((word) => all.includes(word)) && found.length < MOST) found.push({ unit, label });
    else if (chosen(unit)) others.push({ unit, label });
  }
  return [...found, ...others];
}

function waysTo(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
