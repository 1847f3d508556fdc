import { AnGridError, idSchema, shortText } from '@angrid/contract';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { tellScopesChanged } from '../accounts/sessions.js';
import type { CloudTransaction } from '../database.js';
import { validated } from '../platform/http/validated.js';
import { relink } from '../linking/relink.js';
import { holdLock } from '../platform/database/index.js';
import { bumpSite } from '../sites/site-config.js';
import { findUnit, type Unit } from './units.js';
import { keepWhole } from './wholeness.js';

export const newPlaceSchema = z.object({
  compound: idSchema,
  id: idSchema.optional(),
  name: shortText.min(1),
  /** gate, entrance, lift, garage … */
  kind: z.string().min(1).max(32),
  /** The unit that is responsible for it. */
  unit: idSchema.optional(),
});
export type NewPlace = z.infer<typeof newPlaceSchema>;

/** A place of a compound; its id. Throws subject.not-found and subject.conflict. */
export async function createPlace(trx: CloudTransaction, input: NewPlace, now: Date): Promise<string> {
  const { compound, id = `p-${uuid()}`, name, kind, unit } = validated(newPlaceSchema, input, 'places.create');
  await requireCompound(trx, compound);
  const written = await trx
    .insertInto('places')
    .values({ compound_id: compound, place_id: id, name, kind })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if ((written.numInsertedOrUpdatedRows ?? 0n) === 0n)
    throw new AnGridError('subject.conflict', { op: 'places.create', subject: id, detail: 'there is such a place' });
  if (unit !== undefined) await linkUnit(trx, { compound, place: id, unit }, now);
  await bumpSite(trx, compound, now);
  return id;
}

export interface PlaceInUnit {
  readonly compound: string;
  readonly place: string;
  readonly unit: string;
  /** The other places of the compound that the tree knows go with it: a compound that is to stay whole moves as one. */
  readonly together?: boolean | undefined;
}

/**
 * Makes a unit responsible for a place from now on, in the unit's tree; which one was before stays on record. Throws
 * subject.not-found, and units.refused where the compound would lie across units.
 */
export async function placeInUnit(trx: CloudTransaction, link: PlaceInUnit, now: Date): Promise<void> {
  await requirePlace(trx, link.compound, link.place);
  await linkUnit(trx, link, now);
  await bumpSite(trx, link.compound, now);
}

export interface PlaceChange extends Omit<PlaceInUnit, 'unit'> {
  readonly name?: string | undefined;
  readonly unit?: string | undefined;
}

/** Throws as placeInUnit does. */
export async function updatePlace(trx: CloudTransaction, change: PlaceChange, now: Date): Promise<void> {
  const { compound, place, name, unit, together } = change;
  await requirePlace(trx, compound, place);
  if (name !== undefined)
    await trx
      .updateTable('places')
      .set({ name })
      .where('compound_id', '=', compound)
      .where('place_id', '=', place)
      .execute();
  if (unit !== undefined) await linkUnit(trx, { compound, place, unit, together }, now);
  await bumpSite(trx, compound, now);
}

async function linkUnit(trx: CloudTransaction, link: PlaceInUnit, now: Date): Promise<void> {
  await holdLock('links').execute(trx);
  const unit = await findUnit(trx, link.unit);
  if (!unit) throw new AnGridError('subject.not-found', { op: 'places.link', subject: link.unit });
  await keepWhole(trx, unit.tree, async () => {
    await giveTo(trx, unit, link, now);
    await relink(trx, now);
  });
  await tellScopesChanged(trx);
}

/** A link that another clock has dated later than `now` gives way: what is said last holds. */
async function giveTo(
  trx: CloudTransaction,
  { id: unit, tree }: Pick<Unit, 'id' | 'tree'>,
  { compound, place, together = false }: PlaceInUnit,
  now: Date,
): Promise<void> {
  const at = sql`${now}::timestamptz`;
  const { rows } = await sql<{ id: string }>`
    select ${place}::text as id union select place_id from place_units
    where ${together} and compound_id = ${compound} and tree_id = ${tree} and upper_inf(valid)`.execute(trx);
  const places = sql`${rows.map(({ id }) => id)}::text[]`;
  const current = sql`compound_id = ${compound} and place_id = any (${places}) and tree_id = ${tree}
    and valid && tstzrange(${at}, null)`;
  await sql`delete from place_units where ${current} and lower(valid) >= ${at}`.execute(trx);
  await sql`update place_units set valid = tstzrange(lower(valid), ${at}) where ${current}`.execute(trx);
  await sql`
    insert into place_units (compound_id, place_id, tree_id, unit_id, valid)
    select ${compound}, place, ${tree}, ${unit}, tstzrange(${at}, null) from unnest(${places}) place`.execute(trx);
}

async function requireCompound(trx: CloudTransaction, compound: string): Promise<void> {
  const found = await trx
    .selectFrom('compounds')
    .select('compound_id')
    .where('compound_id', '=', compound)
    .executeTakeFirst();
  if (!found) throw new AnGridError('subject.not-found', { op: 'places.create', subject: compound });
}

async function requirePlace(trx: CloudTransaction, compound: string, place: string): Promise<void> {
  const found = await trx
    .selectFrom('places')
    .select('place_id')
    .where('compound_id', '=', compound)
    .where('place_id', '=', place)
    .executeTakeFirst();
  if (!found) throw new AnGridError('subject.not-found', { op: 'places.change', subject: place });
}
