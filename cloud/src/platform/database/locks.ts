import { type RawBuilder, sql } from 'kysely';

/**
 * Every advisory lock of the program. Its place in this list is its number, in all versions of the program: a new one
 * comes last, and none is taken out.
 */
const names = ['schema', 'audit log', 'feed positions', 'event partitions', 'care', 'links', 'audit root'] as const;
export type LockName = (typeof names)[number];

const FIRST = 4_714_201_811;

/** The number of a lock, as PostgreSQL shows it in pg_locks. */
export function lockNumber(name: LockName): number {
  return FIRST + names.indexOf(name);
}

/** Waits for the lock and holds it to the end of the transaction. */
export function holdLock(name: LockName): RawBuilder<unknown> {
  return sql`select pg_advisory_xact_lock(${lockNumber(name)})`;
}
