import { sql } from 'kysely';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { type Scope, systemScope, withScope } from '../platform/database/index.js';
import { unitOfPlace } from '../linking/places.js';
import type { Account } from './account.js';

type Scoped = Pick<Account, 'id' | 'role' | 'compounds' | 'unitPaths' | 'duties'>;

/**
 * What an account sees. Property managers and installers: their compounds. Police and grid members: their units, in
 * the compounds that have a place there. Administrators and auditors: all, of what their permissions allow. What is
 * restricted (duress) is for police, administrators and confirmers, and for property managers where the compound says
 * so.
 */
export async function scopeOfAccount(db: CloudDatabase, account: Scoped, now: Date): Promise<Scope> {
  switch (account.role) {
    case 'administrator':
      return { compounds: 'all', units: 'all', restricted: 'all', actor: account.id };
    case 'auditor':
      return { compounds: 'all', units: 'all', actor: account.id };
    case 'property-manager': {
      const restricted = await entitledCompounds(db, account);
      return { compounds: account.compounds, units: 'all', restricted, actor: account.id };
    }
    case 'installer':
      return { compounds: account.compounds, units: 'all', actor: account.id };
    case 'police':
      return { ...(await scopeOfUnits(db, account, now)), restricted: 'all' };
    case 'grid-member':
      return scopeOfUnits(db, account, now);
  }
}

async function scopeOfUnits(db: CloudDatabase, { id, unitPaths }: Scoped, now: Date): Promise<Scope> {
  if (unitPaths.length === 0) return { compounds: [], units: [], actor: id };
  return withScope(db.service, systemScope('account-scope'), async (trx) => {
    const compounds = await compoundsWithin(trx, unitPaths, now);
    return { compounds, units: await linkedPaths(trx, { unitPaths, compounds }, now), actor: id };
  });
}

async function entitledCompounds(db: CloudDatabase, { compounds, duties }: Scoped): Promise<readonly string[]> {
  if (compounds.length === 0 || duties.includes('confirmer')) return compounds;
  const rows = await withScope(db.service, systemScope('account-scope'), (trx) =>
    trx
      .selectFrom('compounds')
      .select('compound_id as id')
      .where('compound_id', 'in', compounds)
      .where('restricted_to_managers', '=', true)
      .orderBy('compound_id')
      .execute(),
  );
  return rows.map(({ id }) => id);
}

/** The units of the paths, and all below them. */
const unitsWithin = (paths: readonly string[]) => {
  const within = paths.map((path) => `${path}/`);
  return sql`array(select unit_id from units where (path || '/') ^@ any (${within}::text[]))`;
};

async function compoundsWithin(trx: CloudTransaction, paths: readonly string[], now: Date): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct compound_id as id from place_units
    where unit_id = any (${unitsWithin(paths)}) and valid @> ${now}::timestamptz
    order by 1`.execute(trx);
  return rows.map(({ id }) => id);
}

/**
 * Alerts carry the path of the first tree over their place. Who answers for units of another one sees those units of the
 * first that lie wholly in his or hers; one that lies across is seen by neither side, until it is divided.
 */
async function linkedPaths(
  trx: CloudTransaction,
  { unitPaths, compounds }: { readonly unitPaths: readonly string[]; readonly compounds: readonly string[] },
  now: Date,
): Promise<readonly string[]> {
  if (compounds.length === 0) return unitPaths;
  const { rows } = await sql<{ path: string }>`
    with mine as (
      select compound_id, place_id from place_units
      where unit_id = any (${unitsWithin(unitPaths)}) and valid @> ${now}::timestamptz),
    linked as (
      select w.path, bool_and((p.compound_id, p.place_id) in (select * from mine)) as whole
      from places p, lateral (${unitOfPlace(sql`p.compound_id`, sql`p.place_id`, now)}) w
      where exists (select 1 from units u join trees t on t.tree_id = u.tree_id
        where u.path = any (${unitPaths}::text[]) and t.precedence > (select min(precedence) from trees))
      group by w.path)
    select path from linked l
    where whole and not exists (select 1 from linked o where not o.whole and (o.path || '/') ^@ (l.path || '/'))
    order by path`.execute(trx);
  return [...new Set([...unitPaths, ...rows.map(({ path }) => path)])];
}
