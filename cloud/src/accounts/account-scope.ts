import { sql } from 'kysely';
import type { CloudDatabase } from '../database.js';
import { type Scope, systemScope, withScope } from '../platform/database/index.js';
import type { Account } from './account.js';

type Scoped = Pick<Account, 'id' | 'role' | 'compounds' | 'unitPaths'>;

/**
 * What an account sees. Property managers and installers: their compounds. Police and grid members: their units, in
 * the compounds that have a place there. Administrators and auditors: all, of what their permissions allow.
 */
export async function scopeOfAccount(db: CloudDatabase, account: Scoped, now: Date): Promise<Scope> {
  switch (account.role) {
    case 'administrator':
    case 'auditor':
      return { compounds: 'all', units: 'all', actor: account.id };
    case 'property-manager':
    case 'installer':
      return { compounds: account.compounds, units: 'all', actor: account.id };
    case 'police':
    case 'grid-member':
      return {
        compounds: await compoundsWithin(db, account.unitPaths, now),
        units: account.unitPaths,
        actor: account.id,
      };
  }
}

async function compoundsWithin(db: CloudDatabase, paths: readonly string[], now: Date): Promise<readonly string[]> {
  if (paths.length === 0) return [];
  const within = paths.map((path) => `${path}/`);
  return withScope(db.service, systemScope('account-scope'), async (trx) => {
    const { rows } = await sql<{ id: string }>`
      select distinct pu.compound_id as id
      from place_units pu join units u on u.unit_id = pu.unit_id
      where pu.valid @> ${now}::timestamptz and (u.path || '/') ^@ any (${within}::text[])
      order by 1`.execute(trx);
    return rows.map(({ id }) => id);
  });
}
