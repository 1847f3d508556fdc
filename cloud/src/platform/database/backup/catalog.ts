import type { ClientBase } from 'pg';
import { type LandedMigration, MIGRATION_TABLE } from '../migrator.js';
import { copyOrder, type Reference } from './copy-order.js';
import type { SequenceEntry } from './manifest.js';

/** A table as it is copied: partitions are part of their parent. */
export interface CopyTable {
  /** With schema, quoted as SQL wants it. */
  readonly name: string;
  /** Quoted; without generated columns. */
  readonly columns: readonly string[];
}

/** What a query finds in every catalogue of the database's own tables. */
const OWN_TABLES = `
  select c.oid, format('%I.%I', n.nspname, c.relname) as name, c.relrowsecurity, c.relforcerowsecurity
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and not c.relispartition
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relname <> '${MIGRATION_TABLE}'`;

/** All tables with data of this program, each after those that it refers to. */
export async function tablesInOrder(client: ClientBase): Promise<readonly CopyTable[]> {
  const { rows: tables } = await client.query<CopyTable>(`
    select t.name, array_agg(quote_ident(a.attname) order by a.attnum) as columns
    from (${OWN_TABLES}) t
    join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    group by t.name order by t.name`);
  const { rows: references } = await client.query<Reference>(`
    select f.name as "from", t.name as "to"
    from pg_constraint k
    join (${OWN_TABLES}) f on f.oid = k.conrelid
    join (${OWN_TABLES}) t on t.oid = k.confrelid
    where k.contype = 'f' and not k.condeferrable`);
  const byName = new Map(tables.map((table) => [table.name, table]));
  return copyOrder([...byName.keys()], references).flatMap((name) => byName.get(name) ?? []);
}

export async function readSequences(client: ClientBase): Promise<readonly SequenceEntry[]> {
  const { rows } = await client.query<{ name: string }>(`
    select format('%I.%I', schemaname, sequencename) as name from pg_sequences order by 1`);
  const sequences: SequenceEntry[] = [];
  for (const { name } of rows) {
    const found = await client.query<Omit<SequenceEntry, 'name'>>(
      `select last_value::text as value, is_called as called from ${name}`,
    );
    sequences.push(...found.rows.map((state) => ({ name, ...state })));
  }
  return sequences;
}

export async function readMigrationsOf(client: ClientBase): Promise<LandedMigration[]> {
  const { rows } = await client.query<LandedMigration>(`select name, sha256 from ${MIGRATION_TABLE} order by name`);
  return rows;
}

/** Statements that lift, and put back, what stands between an owner and rows exactly as they were. */
export interface Guards {
  readonly lift: readonly string[];
  readonly restore: readonly string[];
}

/** Triggers would act on each row again; FORCE ROW LEVEL SECURITY refuses COPY to an owner who is no superuser. */
export async function guardsOf(client: ClientBase): Promise<Guards> {
  const { rows: forced } = await client.query<{ name: string }>(
    `select name from (${OWN_TABLES}) t where relrowsecurity and relforcerowsecurity`,
  );
  const { rows: triggers } = await client.query<{ name: string; trigger: string; mode: string }>(`
    select t.name, quote_ident(g.tgname) as trigger, case g.tgenabled when 'A' then 'enable always' else 'enable' end as mode
    from pg_trigger g join (${OWN_TABLES}) t on t.oid = g.tgrelid
    where not g.tgisinternal and g.tgenabled in ('O', 'A')`);
  return {
    lift: [
      ...forced.map(({ name }) => `alter table ${name} no force row level security`),
      ...triggers.map(({ name, trigger }) => `alter table ${name} disable trigger ${trigger}`),
    ],
    restore: [
      ...forced.map(({ name }) => `alter table ${name} force row level security`),
      ...triggers.map(({ name, trigger, mode }) => `alter table ${name} ${mode} trigger ${trigger}`),
    ],
  };
}
