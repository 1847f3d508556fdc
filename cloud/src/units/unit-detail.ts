import { AnGridError } from '@angrid/contract';
import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import type { UnitForm } from '../schema-units.js';
import type { ImportContext } from './import/plan-import.js';
import type { UnitCode } from './tree.js';
import { findUnit } from './units.js';
import { compoundsAcross } from './wholeness.js';

export interface UnitVersion {
  /** null: from before the first record. */
  readonly from: Date | null;
  /** null: until now. */
  readonly to: Date | null;
  readonly path: string;
  readonly name: string;
  readonly kind: string;
  readonly population: number | null;
  readonly change: string;
  readonly others: readonly string[];
}

export interface UnitDetail {
  readonly id: string;
  readonly tree: string;
  readonly parentId: string | null;
  readonly path: string;
  readonly level: number;
  readonly kind: string;
  readonly name: string;
  readonly form: UnitForm;
  readonly codes: readonly UnitCode[];
  readonly population: number | null;
  /** Residents beyond which it is too large, as the playbook says; null where it says nothing. */
  readonly norm: number | null;
  readonly drawn: boolean;
  readonly outlineSource: string | null;
  readonly places: readonly {
    readonly compound: string;
    readonly place: string;
    readonly name: string;
    readonly by: 'hand' | 'geometry';
  }[];
  readonly members: readonly {
    readonly compound: string;
    readonly entry: string;
    readonly name: string;
    readonly register: string;
  }[];
  /** Compounds, by name, that lie across units of the level at which they must be whole, this one among them. */
  readonly across: readonly { readonly compound: string; readonly units: readonly string[] }[];
  readonly history: readonly UnitVersion[];
}

type UnitRow = Pick<UnitDetail, 'codes' | 'form' | 'population' | 'drawn' | 'outlineSource'>;

/** The norm of size of a kind of unit on a level of a tree. */
export type Norms = (tree: string) => ImportContext['norm'];

/** A unit with what it answers for, as far as the scope sees that, and with what it was. Throws subject.not-found. */
export async function unitDetail(trx: CloudTransaction, id: string, norms: Norms): Promise<UnitDetail> {
  const unit = await findUnit(trx, id);
  const { rows } = await sql<UnitRow>`
    select codes, form, population, outline is not null as drawn, outline_source as "outlineSource"
    from units where unit_id = ${id}`.execute(trx);
  const [facts] = rows;
  if (!unit || !facts) throw new AnGridError('subject.not-found', { op: 'units.read', subject: id });
  return {
    ...unit,
    ...facts,
    norm: norms(unit.tree)(unit.level, unit.kind) ?? null,
    ...(await heldBy(trx, id)),
    across: await acrossAt(trx, unit),
    history: await historyOf(trx, id),
  };
}

async function heldBy(trx: CloudTransaction, id: string): Promise<Pick<UnitDetail, 'places' | 'members'>> {
  const { rows: places } = await sql<UnitDetail['places'][number]>`
    select p.compound_id as compound, p.place_id as place, p.name, pu.by
    from place_units pu join places p on p.compound_id = pu.compound_id and p.place_id = pu.place_id
    where pu.unit_id = ${id} and upper_inf(pu.valid) order by p.name limit 500`.execute(trx);
  const { rows: members } = await sql<UnitDetail['members'][number]>`
    select e.compound_id as compound, e.entry_id as entry, e.name, e.register
    from unit_members m join register_entries e on e.compound_id = m.compound_id and e.entry_id = m.entry_id
    where m.unit_id = ${id} and upper_inf(m.valid) and e.removed_at is null order by e.name limit 500`.execute(trx);
  return { places, members };
}

async function acrossAt(
  trx: CloudTransaction,
  { tree, path }: { readonly tree: string; readonly path: string },
): Promise<UnitDetail['across']> {
  const across = await compoundsAcross(trx, tree);
  return across
    .filter(({ units }) => units.some((unit) => `${path}/`.startsWith(`${unit.path}/`)))
    .map(({ compound, units }) => ({ compound: compound.name, units: units.map(({ name }) => name) }));
}

async function historyOf(trx: CloudTransaction, id: string): Promise<readonly UnitVersion[]> {
  const { rows } = await sql<UnitVersion>`
    select lower(valid) as from, upper(valid) as to, path, name, kind, population, change, other_ids as others
    from unit_versions where unit_id = ${id} order by valid desc limit 100`.execute(trx);
  return rows;
}
