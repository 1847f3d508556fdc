import { AnGridError, idSchema, shortText } from '@angrid/contract';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { unitRefs } from '../../console/unit-names.js';
import type { UnitRef } from '../../console/shapes.js';
import type { CloudTransaction } from '../../database.js';
import { unitOfPlace } from '../../linking/places.js';
import { refusal } from '../refusal.js';
import { findUnit } from '../units.js';

export const registers = ['facility', 'premises', 'house'] as const;

/** A telephone or identity number: this is a register of things, and no person stands in it. */
const PERSONAL = /(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx])(?!\d)/;
const wordsSchema = shortText.min(1).refine((text) => !PERSONAL.test(text), 'no number of a person');

const positionFields = { lon: z.number().min(-180).max(180), lat: z.number().min(-90).max(90) };

export const entrySchema = z.strictObject({
  compound: idSchema,
  id: idSchema.optional(),
  register: z.enum(registers),
  name: wordsSchema,
  /** hydrant, shop, rented house … */
  kind: wordsSchema.max(32),
  place: idSchema.nullable().default(null),
  position: z.strictObject(positionFields).nullable().default(null),
  /** The group that it is a member of: ten households, a row of shops. */
  unit: idSchema.nullable().default(null),
});
export type NewEntry = z.infer<typeof entrySchema>;

export interface EntryView {
  readonly id: string;
  readonly compound: { readonly id: string; readonly name: string };
  readonly register: (typeof registers)[number];
  readonly name: string;
  readonly kind: string;
  readonly place: { readonly id: string; readonly name: string } | null;
  readonly position: { readonly lon: number; readonly lat: number } | null;
  readonly unit: UnitRef | null;
}

export const entryFilterSchema = z.object({
  compound: idSchema.optional(),
  register: z.enum(registers).optional(),
  text: z.string().max(64).optional(),
});

const MOST = 2000;

/** Entries of the scope: whoever sees some units sees what stands in them. */
export async function listEntries(
  trx: CloudTransaction,
  { compound, register, text }: z.infer<typeof entryFilterSchema>,
  now: Date,
): Promise<readonly EntryView[]> {
  const { rows } = await sql<Omit<EntryView, 'unit'> & { path: string | null }>`
    select e.entry_id as id, e.register, e.name, e.kind, coalesce(m.path, w.path) as path,
      json_build_object('id', e.compound_id, 'name', c.name) as compound,
      case when p.place_id is not null then json_build_object('id', p.place_id, 'name', p.name) end as place,
      case when e.lon is not null then json_build_object('lon', e.lon, 'lat', e.lat) end as position
    from register_entries e
    join compounds c on c.compound_id = e.compound_id
    left join places p on p.compound_id = e.compound_id and p.place_id = e.place_id
    left join lateral (${unitOfPlace(sql`e.compound_id`, sql`e.place_id`, now)}) w on true
    left join lateral (
      select u.path from unit_members um join units u on u.unit_id = um.unit_id
      where um.compound_id = e.compound_id and um.entry_id = e.entry_id and um.valid @> ${now}::timestamptz
      order by um.tree_id limit 1) m on true
    where e.removed_at is null and angrid_unit_in_scope(coalesce(m.path, w.path))
      and ${compound === undefined ? sql`true` : sql`e.compound_id = ${compound}`}
      and ${register === undefined ? sql`true` : sql`e.register = ${register}`}
      and ${text === undefined ? sql`true` : sql`position(lower(${text}) in lower(e.name || ' ' || e.kind)) > 0`}
    order by c.name, e.register, e.name, e.entry_id limit ${MOST}`.execute(trx);
  const unitOf = await unitRefs(
    trx,
    rows.map(({ path }) => path),
  );
  return rows.map(({ path, ...row }) => ({ ...row, unit: unitOf(path) }));
}

/** Writes an entry, new or known by its id; its id. Throws subject.not-found and units.refused. */
export async function putEntry(trx: CloudTransaction, entry: NewEntry, now: Date): Promise<string> {
  const { compound, id = `e-${uuid()}`, register, name, kind, place, position, unit } = entry;
  await requireRow(trx, 'compounds', { compound_id: compound });
  if (place !== null) await requireRow(trx, 'places', { compound_id: compound, place_id: place });
  const facts = { register, name, kind, place_id: place, lon: position?.lon ?? null, lat: position?.lat ?? null };
  await trx
    .insertInto('register_entries')
    .values({ compound_id: compound, entry_id: id, ...facts, noted_at: now })
    .onConflict((conflict) => conflict.columns(['compound_id', 'entry_id']).doUpdateSet({ ...facts, removed_at: null }))
    .execute();
  await setMembership(trx, { compound, id, unit }, now);
  return id;
}

/** Throws subject.not-found. */
export async function removeEntry(trx: CloudTransaction, compound: string, id: string, now: Date): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('register_entries')
    .set({ removed_at: now })
    .where('compound_id', '=', compound)
    .where('entry_id', '=', id)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) throw new AnGridError('subject.not-found', { op: 'registers.remove', subject: id });
  await setMembership(trx, { compound, id, unit: null }, now);
}

interface Membership {
  readonly compound: string;
  readonly id: string;
  readonly unit: string | null;
}

/** Members belong to groups, one a tree; what stands somewhere belongs to a unit by its place. */
async function setMembership(trx: CloudTransaction, { compound, id, unit }: Membership, now: Date): Promise<void> {
  const at = sql`${now}::timestamptz`;
  const current = sql`compound_id = ${compound} and entry_id = ${id} and upper_inf(valid) and unit_id is distinct from ${unit}`;
  await sql`delete from unit_members where ${current} and lower(valid) >= ${at}`.execute(trx);
  await sql`update unit_members set valid = tstzrange(lower(valid), ${at}) where ${current}`.execute(trx);
  if (unit === null) return;
  const found = await findUnit(trx, unit);
  if (!found) throw new AnGridError('subject.not-found', { op: 'registers.put', subject: unit });
  const { rows } = await sql<{ form: string }>`select form from units where unit_id = ${unit}`.execute(trx);
  if (rows[0]?.form !== 'group') throw refusal('registers.put', [found.name], 'it is no group');
  await sql`
    insert into unit_members (compound_id, entry_id, tree_id, unit_id, valid)
    select ${compound}, ${id}, ${found.tree}, ${unit}, tstzrange(${at}, null)
    where not exists (select 1 from unit_members where compound_id = ${compound} and entry_id = ${id}
      and unit_id = ${unit} and upper_inf(valid))`.execute(trx);
}

async function requireRow(
  trx: CloudTransaction,
  table: 'compounds' | 'places',
  key: Readonly<Record<string, string>>,
): Promise<void> {
  const conditions = Object.entries(key).map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
  const { rows } = await sql`select 1 from ${sql.table(table)} where ${sql.join(conditions, sql` and `)}`.execute(trx);
  if (rows.length > 0) return;
  throw new AnGridError('subject.not-found', { op: 'registers.put', subject: Object.values(key).join('/') });
}
