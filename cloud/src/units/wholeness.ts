import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import { checkCompounds, type Placement, type ShapedUnit } from './invariants.js';
import { refusal } from './refusal.js';

interface Named {
  readonly id: string;
  readonly name: string;
}

/** A compound that lies across units of the level at which it must be whole. */
export interface Across {
  readonly compound: Named;
  readonly units: readonly (Named & { readonly path: string })[];
}

/**
 * Does `work`, and refuses it where a compound lies across units afterwards that did not so before: a grid is never
 * split. Throws units.refused with the names of the compound and of the units.
 */
export async function keepWhole(trx: CloudTransaction, tree: string, work: () => Promise<void>): Promise<void> {
  const before = new Set((await compoundsAcross(trx, tree)).map(keyOf));
  await work();
  const [first] = (await compoundsAcross(trx, tree)).filter((across) => !before.has(keyOf(across)));
  if (!first) return;
  const names = first.units.map(({ name }) => name);
  throw refusal('units.whole', names, `${first.compound.name} would lie across them`);
}

const keyOf = ({ compound, units }: Across): string => [compound, ...units].map(({ id }) => id).join(' ');

/** Of the compounds that the scope sees, those that lie across; none where the tree asks for no wholeness. */
export async function compoundsAcross(trx: CloudTransaction, tree: string): Promise<readonly Across[]> {
  const { rows: levels } = await sql<{ level: number | null }>`
    select whole_level as level from trees where tree_id = ${tree}`.execute(trx);
  const level = levels[0]?.level ?? null;
  if (level === null) return [];
  const { rows: bounds } = await sql<Pick<ShapedUnit, 'id' | 'path' | 'level'> & Named>`
    select unit_id as id, path, level, name from units
    where tree_id = ${tree} and level = ${level} and ended_at is null order by path`.execute(trx);
  const { rows: placements } = await sql<Placement & Pick<Named, 'name'>>`
    select distinct pu.compound_id as compound, c.name, u.path
    from place_units pu join units u on u.unit_id = pu.unit_id join compounds c on c.compound_id = pu.compound_id
    where pu.tree_id = ${tree} and upper_inf(pu.valid)`.execute(trx);
  const names = new Map(placements.map(({ compound, name }) => [compound, name]));
  return checkCompounds(bounds, placements, level).map(({ compound: id = '', units }) => ({
    compound: { id, name: names.get(id) ?? id },
    units: bounds.filter((unit) => units.includes(unit.id)),
  }));
}
