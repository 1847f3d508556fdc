import { AnGridError } from '@angrid/contract';

/** `from` has a foreign key into `to`. */
export interface Reference {
  readonly from: string;
  readonly to: string;
}

/**
 * The tables so that each comes after all that it refers to, else in the given order. A table may refer to itself: its
 * rows are checked together at the end of their copy. Throws `internal.unexpected` for a circle, which only deferrable
 * keys (left out by the caller) may form.
 */
export function copyOrder(tables: readonly string[], references: readonly Reference[]): readonly string[] {
  const ordered: string[] = [];
  const waiting = new Set(tables);
  while (waiting.size > 0) {
    const free = [...waiting].filter(
      (table) => !references.some(({ from, to }) => from === table && to !== table && waiting.has(to)),
    );
    if (free.length === 0) {
      const detail = `foreign keys form a circle: ${[...waiting].join(', ')}; make one of them deferrable`;
      throw new AnGridError('internal.unexpected', { op: 'backup.order', detail });
    }
    ordered.push(...free);
    for (const table of free) waiting.delete(table);
  }
  return ordered;
}
