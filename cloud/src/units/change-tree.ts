import { AnGridError, idSchema, shortText } from '@angrid/contract';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { CloudTransaction } from '../database.js';
import { checkCode, codeSchemes, schemeOf } from './codes.js';
import { readOutline } from './geometry/outline.js';
import { mergeUnit, moveUnit, type Part, splitUnit } from './history.js';
import { refusal } from './refusal.js';
import type { Tree, TreeChange } from './tree.js';
import { loadTree, placesOf, writeChange, type Writing } from './tree-store.js';
import { beginHistory, findUnit, kindSchema, requireFree } from './units.js';

export const newTreeSchema = z.strictObject({
  id: idSchema,
  name: z.strictObject({ 'zh-CN': shortText.min(1), en: shortText.min(1) }),
  purpose: z.enum(['police', 'grid', 'property']),
  /** What its units are numbered by. */
  scheme: z.enum(codeSchemes.map(({ id }) => id) as [string, ...string[]]),
  /** The level at which a compound must lie in one unit. */
  wholeLevel: z.int().min(0).max(9).nullable().default(null),
  root: z.strictObject({ name: shortText.min(1), kind: kindSchema, code: z.string().max(64).optional() }),
});
export type NewTree = z.infer<typeof newTreeSchema>;

/** Trees for the police and for property management come after the grid where a path is to be chosen. */
const precedences = { grid: 0, police: 1, property: 2 } as const;

/** A tree with its root. Throws subject.conflict and input.invalid. */
export async function createTree(trx: CloudTransaction, tree: NewTree): Promise<void> {
  const { id, name, purpose, scheme, wholeLevel, root } = tree;
  const { code = '' } = root;
  const fault = code === '' ? undefined : checkCode(schemeOf(scheme), code);
  if (fault) throw new AnGridError('input.invalid', { op: 'trees.create', subject: code, detail: `code: ${fault}` });
  const row = { tree_id: id, name: JSON.stringify(name), purpose, scheme, whole_level: wholeLevel };
  const made = await trx
    .insertInto('trees')
    .values({ ...row, precedence: precedences[purpose] })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if ((made.numInsertedOrUpdatedRows ?? 0n) === 0n)
    throw new AnGridError('subject.conflict', { op: 'trees.create', subject: id, detail: 'there is such a tree' });
  const unit = `${id}-root`;
  await trx
    .insertInto('units')
    .values({
      unit_id: unit,
      tree_id: id,
      parent_id: null,
      path: id,
      level: 0,
      kind: root.kind,
      name: root.name,
      codes: JSON.stringify(code === '' ? [] : [{ scheme, value: schemeOf(scheme).canonical(code) }]),
      population: null,
    })
    .execute();
  await beginHistory(trx, [unit]);
}

export const unitChangeSchema = z.strictObject({
  name: shortText.min(1).optional(),
  kind: kindSchema.optional(),
  population: z.int().min(0).max(100_000_000).nullable().optional(),
  form: z.enum(['place', 'mobile', 'group']).optional(),
});
export const moveSchema = z.strictObject({ parent: idSchema });
export const mergeSchema = z.strictObject({ into: idSchema });
export const splitSchema = z.strictObject({
  parts: z
    .array(
      z.strictObject({
        id: idSchema.optional(),
        name: shortText.min(1),
        population: z.int().min(0).max(100_000_000).nullable().default(null),
        /** GeoJSON geometry in WGS 84. */
        outline: z.unknown().optional(),
        children: z.array(idSchema).max(5000).default([]),
        places: z
          .array(z.strictObject({ compound: idSchema, place: idSchema }))
          .max(5000)
          .default([]),
      }),
    )
    .min(2)
    .max(20),
});

/** Throws subject.not-found, and units.refused for an outline of what does not stand anywhere. */
export async function changeUnit(
  trx: CloudTransaction,
  id: string,
  facts: z.infer<typeof unitChangeSchema>,
  writing: Writing,
): Promise<void> {
  await changeTreeOf(trx, id, writing, (tree) => {
    const before = tree.units.find((unit) => unit.id === id);
    if (!before) throw new AnGridError('subject.not-found', { op: 'units.change', subject: id });
    const given = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
    const unit = { ...before, ...given };
    if (unit.form !== 'place' && unit.outline) throw refusal('units.change', [unit.name], 'it has an outline');
    return { tree: tree.id, put: [{ unit, change: 'change' }], ended: [], paths: [], handed: [] };
  });
}

export async function moveTo(trx: CloudTransaction, id: string, parent: string, writing: Writing): Promise<void> {
  await changeTreeOf(trx, id, writing, (tree) => moveUnit(tree, id, parent));
}

export async function mergeInto(trx: CloudTransaction, id: string, into: string, writing: Writing): Promise<void> {
  await changeTreeOf(trx, id, writing, (tree) => mergeUnit(tree, { id, into }, writing.now));
}

export async function splitInto(
  trx: CloudTransaction,
  id: string,
  { parts }: z.infer<typeof splitSchema>,
  writing: Writing,
): Promise<void> {
  const places = await placesOf(trx, id);
  const made = parts.map(({ id: given, outline, ...part }): Part => {
    return {
      ...part,
      id: given ?? `u-${uuid()}`,
      outline: outline === undefined ? null : outlineOf(part.name, outline),
    };
  });
  await requireFree(
    trx,
    made.map((part) => part.id),
  );
  await changeTreeOf(trx, id, writing, (tree) => splitUnit(tree, id, made, places));
}

async function changeTreeOf(
  trx: CloudTransaction,
  id: string,
  writing: Writing,
  decide: (tree: Tree) => TreeChange,
): Promise<void> {
  const unit = await findUnit(trx, id);
  if (!unit) throw new AnGridError('subject.not-found', { op: 'units.change', subject: id });
  await writeChange(trx, decide(await loadTree(trx, unit.tree, true)), writing);
}

function outlineOf(name: string, geometry: unknown): Part['outline'] {
  const outline = readOutline(geometry, 'wgs84');
  if (typeof outline !== 'string') return outline;
  throw refusal('units.split', [name], outline);
}
