/** The values of each key, in their order. */
export function listsOf<Key, Value>(pairs: Iterable<readonly [Key, Value]>): (key: Key) => readonly Value[] {
  const lists = new Map<Key, Value[]>();
  for (const [key, value] of pairs) {
    const list = lists.get(key);
    if (list) list.push(value);
    else lists.set(key, [value]);
  }
  return (key) => lists.get(key) ?? [];
}
