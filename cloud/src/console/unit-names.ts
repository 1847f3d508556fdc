import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import type { UnitRef } from './shapes.js';

/** Finds the names on the way from the root to each unit. */
export async function unitRefs(
  trx: CloudTransaction,
  paths: Iterable<string | null>,
): Promise<(path: string | null) => UnitRef | null> {
  const wanted = new Set<string>();
  for (const path of paths) if (path !== null) for (const prefix of prefixesOf(path)) wanted.add(prefix);
  if (wanted.size === 0) return () => null;
  const { rows } = await sql<{ path: string; name: string }>`
    select path, name from units where path = any (${[...wanted]}::text[])`.execute(trx);
  const names = new Map(rows.map(({ path, name }) => [path, name]));
  return (path) => {
    if (path === null) return null;
    return { path, names: prefixesOf(path).flatMap((prefix) => names.get(prefix) ?? []) };
  };
}

function prefixesOf(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
