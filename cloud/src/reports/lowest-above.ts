/** The path of the lowest unit that holds all these; null where no unit does. Places without a unit do not count. */
export function lowestAbove(paths: readonly (string | null)[]): string | null {
  const [first, ...others] = paths.flatMap((path) => (path === null ? [] : [path.split('/')]));
  if (first === undefined) return null;
  const apart = first.findIndex((id, depth) => others.some((other) => other[depth] !== id));
  const shared = apart === -1 ? first : first.slice(0, apart);
  return shared.length === 0 ? null : shared.join('/');
}
