import { AnGridError, idSchema, shortText } from '@angrid/contract';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { CloudTransaction } from '../database.js';
import { validated } from '../platform/http/validated.js';
import { addUnit } from './add-unit.js';
import { loadTree, writeChange, type Writing } from './tree-store.js';

export const kindSchema = z.string().min(1).max(32);

export const newUnitSchema = z.object({
  /** The next free one where it is not given; unique over all trees. */
  id: idSchema.optional(),
  parent: idSchema,
  kind: kindSchema,
  name: shortText.min(1),
  /** One below the parent where it is not given. */
  level: z.number().int().min(1).max(9).optional(),
  /** place: stands somewhere; mobile: a taxi; group: ten households, a row of shops. */
  form: z.enum(['place', 'mobile', 'group']).default('place'),
  codes: z
    .array(z.object({ scheme: z.string().min(1).max(32), value: z.string().min(1).max(64) }))
    .max(8)
    .default([]),
});
export type NewUnit = z.input<typeof newUnitSchema>;

export interface Unit {
  readonly id: string;
  readonly tree: string;
  readonly parentId: string | null;
  readonly path: string;
  readonly level: number;
  readonly kind: string;
  readonly name: string;
}

/** A unit below another one, such as a level-3 building of a village. Throws as addUnit does, and subject.conflict. */
export async function createUnit(trx: CloudTransaction, input: NewUnit, writing: Writing): Promise<Unit> {
  const { id = `u-${uuid()}`, level, ...given } = validated(newUnitSchema, input, 'units.create');
  const above = await findUnit(trx, given.parent);
  if (!above) throw new AnGridError('subject.not-found', { op: 'units.create', subject: given.parent });
  const tree = await loadTree(trx, above.tree, true);
  await requireFree(trx, [id]);
  await writeChange(trx, addUnit(tree, { ...given, id, level }), writing);
  const made = await findUnit(trx, id);
  if (made) return made;
  throw new TypeError('a unit that was written is not there');
}

/** Throws subject.conflict: an id is one in all trees, and in their past. */
export async function requireFree(trx: CloudTransaction, ids: readonly string[]): Promise<void> {
  const known = await trx
    .selectFrom('units')
    .select('unit_id')
    .where('unit_id', 'in', [...ids])
    .executeTakeFirst();
  if (!known) return;
  const detail = 'the id is taken';
  throw new AnGridError('subject.conflict', { op: 'units.create', subject: known.unit_id, detail });
}

export async function findUnit(trx: CloudTransaction, id: string): Promise<Unit | undefined> {
  return trx
    .selectFrom('units')
    .select(['unit_id as id', 'tree_id as tree', 'parent_id as parentId', 'path', 'level', 'kind', 'name'])
    .where('unit_id', '=', id)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
}

/** The first version of units that have none. They have been what they are since before the first record. */
export async function beginHistory(trx: CloudTransaction, ids: readonly string[]): Promise<void> {
  await sql`
    insert into unit_versions (unit_id, valid, parent_id, path, level, kind, name, population, change)
    select unit_id, tstzrange(null, null), parent_id, path, level, kind, name, population, 'create' from units u
    where unit_id = any (${ids}::text[]) and not exists (select 1 from unit_versions v where v.unit_id = u.unit_id)`.execute(
    trx,
  );
}
