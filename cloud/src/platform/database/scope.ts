import { AnGridError } from '@angrid/contract';
import { type IsolationLevel, type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import { z } from 'zod';
import { send } from './held-statements.js';

/**
 * What a piece of work may see and change. The database holds every row to it (migration 0001-scope.sql); a row must
 * satisfy both lists. Empty lists see nothing.
 */
export interface Scope {
  /** Ids of compounds. */
  readonly compounds: 'all' | readonly string[];
  /** Paths in the unit tree without a slash at the end; each stands for itself and all below: `suxi/330782105001/b3`. */
  readonly units: 'all' | readonly string[];
  /** Compounds whose restricted rows (duress) are seen as well; none where it is not given. */
  readonly restricted?: 'all' | readonly string[];
  /** Who acts, as the audit names it: an account id, `gateway:ID`, `system:retention`. */
  readonly actor: string;
}

export interface ScopeOptions {
  readonly isolation?: IsolationLevel;
  readonly accessMode?: 'read only' | 'read write';
  /** kept: one plan for any values. For what is found by keys, again and again; what is searched it may slow down badly. */
  readonly plans?: 'kept';
}

/** The scope of work that belongs to no person and no compound. `job` names it in the audit. */
export function systemScope(job: string): Scope {
  return { compounds: 'all', units: 'all', restricted: 'all', actor: `system:${job}` };
}

/**
 * Runs `work` in one transaction that sees only `scope`. The only way for the service to reach protected rows: outside
 * of it there are none. Throws `database.unavailable` where the connection fails; errors of `work` pass through.
 */
export async function withScope<Schema, Result>(
  db: Kysely<Schema>,
  scope: Scope,
  work: (trx: Transaction<Schema>) => Promise<Result>,
  options: ScopeOptions = {},
): Promise<Result> {
  let transaction = db.transaction();
  if (options.isolation !== undefined) transaction = transaction.setIsolationLevel(options.isolation);
  if (options.accessMode !== undefined) transaction = transaction.setAccessMode(options.accessMode);
  try {
    return await transaction.execute(async (trx) => {
      await send(trx)`select set_config('angrid.compounds', ${listed(scope.compounds)}, true),
                       set_config('angrid.units', ${listed(scope.units)}, true),
                       set_config('angrid.restricted', ${listed(scope.restricted ?? [])}, true),
                       set_config('angrid.actor', ${scope.actor}, true),
                       set_config('plan_cache_mode', ${plansOf(options)}, true)`;
      return work(trx);
    });
  } catch (error) {
    if (!isConnectionFailure(error)) throw error;
    throw new AnGridError('database.unavailable', { op: 'database.transaction', subject: scope.actor, cause: error });
  }
}

/** From here to its end a transaction finds by keys: what it has searched for is known. See `plans`. */
export async function keepPlans<Schema>(trx: Transaction<Schema>): Promise<void> {
  await send(trx)`select set_config('plan_cache_mode', 'force_generic_plan', true)`;
}

/**
 * What is searched is planned for its values: a plan that is kept for any values may take a thousand times as long. What
 * is written goes by keys.
 */
function plansOf({ accessMode, plans }: ScopeOptions): 'force_custom_plan' | 'force_generic_plan' | 'auto' {
  if (plans === 'kept') return 'force_generic_plan';
  return accessMode === 'read only' ? 'force_custom_plan' : 'auto';
}

/** Tables that neither hold their rows to a scope nor say why they need not; the service cannot read them. */
export async function unguardedTables<Schema>(db: Kysely<Schema>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.oid::regclass::text as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition
      and n.nspname not like 'pg\_%' and n.nspname <> 'information_schema' and c.relname <> 'schema_migration'
      and not (c.relrowsecurity and c.relforcerowsecurity)
      and coalesce(obj_description(c.oid, 'pg_class'), '') not like 'unscoped: %'
    order by 1`.execute(db);
  return rows.map((row) => row.name);
}

/** An empty unit path would stand for the whole tree: that is what 'all' says. */
function listed(ids: 'all' | readonly string[]): RawBuilder<string> {
  if (ids === 'all') return sql`'all'`;
  return sql`${ids.filter((id) => id !== '')}::text[]::text`;
}

const failureSchema = z.object({ message: z.string(), code: z.string().optional(), syscall: z.string().optional() });

/** A broken connection (SQLSTATE class 08, 53, 57P, or a system error of connecting), not an error of a statement. */
function isConnectionFailure(error: unknown): boolean {
  const failure = failureSchema.safeParse(error).data;
  if (failure === undefined) return false;
  const { message, code = '', syscall } = failure;
  if (/^(Connection terminated|timeout exceeded when trying to connect)/.test(message)) return true;
  if (syscall !== undefined) return syscall === 'connect' || code === 'ECONNRESET';
  return /^(08|53|57P)...?$/.test(code);
}
