import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import { unitOfPlace } from '../linking/places.js';
import type { Named, Position, UnitRef } from './shapes.js';
import { unitRefs } from './unit-names.js';
import { positionOf } from './whereabouts.js';

export interface PlaceView {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly compound: Named;
  readonly unit: UnitRef | null;
  readonly position: Position | null;
}

export interface PlaceFilter {
  readonly compound?: string | undefined;
  readonly place?: string | undefined;
}

/** Who sees some units sees the places in them. */
export async function listPlaces(
  trx: CloudTransaction,
  { compound, place }: PlaceFilter,
  now: Date,
): Promise<readonly PlaceView[]> {
  const { rows } = await sql<Omit<PlaceView, 'unit'> & { unitPath: string | null }>`
    select p.place_id as id, p.name, p.kind, ${positionOf('p')}, w.path as "unitPath",
      json_build_object('id', p.compound_id, 'name', c.name) as compound
    from places p
    join compounds c on c.compound_id = p.compound_id
    left join lateral (${unitOfPlace(sql`p.compound_id`, sql`p.place_id`, now)}) w on true
    where angrid_unit_in_scope(w.path)
      and ${compound === undefined ? sql`true` : sql`p.compound_id = ${compound}`}
      and ${place === undefined ? sql`true` : sql`p.place_id = ${place}`}
    order by c.name, p.name, p.place_id
    limit 20000`.execute(trx);
  const unitOf = await unitRefs(
    trx,
    rows.map(({ unitPath }) => unitPath),
  );
  return rows.map(({ unitPath, ...row }) => ({ ...row, unit: unitOf(unitPath) }));
}
