import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import type { UnitRef } from './shapes.js';

/** Names that a transaction has read already. */
const known = new WeakMap<CloudTransaction, Map<string, string>>();

/** Finds the names on the way from the root to each unit; each is read once a transaction. */
export async function unitRefs(
  trx: CloudTransaction,
  paths: Iterable<string | null>,
): Promise<(path: string | null) => UnitRef | null> {
  const names = known.get(trx) ?? new Map<string, string>();
  known.set(trx, names);
  const wanted = new Set<string>();
  for (const path of new Set(paths)) {
    for (const prefix of path === null ? [] : prefixesOf(path)) if (!names.has(prefix)) wanted.add(prefix);
  }
  if (wanted.size > 0) {
    const { rows } = await sql<{ path: string; name: string }>`
      select path, name from units where path = any (${[...wanted]}::text[])`.execute(trx);
    for (const { path, name } of rows) names.set(path, name);
  }
  const refs = new Map<string, UnitRef>();
  const refOf = (path: string): UnitRef => {
    const ref = refs.get(path) ?? { path, names: prefixesOf(path).flatMap((prefix) => names.get(prefix) ?? []) };
    refs.set(path, ref);
    return ref;
  };
  return (path) => (path === null ? null : refOf(path));
}

function prefixesOf(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
