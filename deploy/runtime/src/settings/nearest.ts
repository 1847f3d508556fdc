/** The candidate that is fewest edits away, the first of equals; undefined where there are no candidates. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const edits = Math.min(editsBetween(word, candidate), editsBetween(lastPart(word), lastPart(candidate)) + 1);
    if (edits >= least) continue;
    best = candidate;
    least = edits;
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one into the other; letter case counts nothing. */
export function editsBetween(from: string, to: string): number {
  const [a, b] = [from.toLowerCase().slice(0, 200), to.toLowerCase().slice(0, 200)];
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = at(above, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const edits = Math.min(replaced, at(above, column) + 1, at(line, column - 1) + 1);
      line.push(swapped ? Math.min(edits, at(before, column - 2) + 1) : edits);
    }
    [before, above] = [above, line];
  }
  return at(above, b.length);
}

function at(numbers: readonly number[], index: number): number {
  return numbers[index] ?? Number.POSITIVE_INFINITY;
}

function lastPart(word: string): string {
  return word.slice(word.lastIndexOf('.') + 1);
}
