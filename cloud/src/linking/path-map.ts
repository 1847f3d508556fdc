import { type RawBuilder, sql } from 'kysely';
import type { PathChange } from '../units/tree.js';

type Paths = readonly PathChange[];

/** The paths that lead elsewhere, as an array. */
export const changedOf = (paths: Paths) => sql`${paths.map(({ from }) => from)}::text[]`;

/** What has become of each, as rows `p (was, part, nth, parts)`; nth counts from 1. */
export function partsOf(paths: Paths): RawBuilder<unknown> {
  const rows = paths.flatMap(({ from, to }) => to.map((part, at) => ({ from, part, nth: at + 1, parts: to.length })));
  return sql`unnest(${rows.map(({ from }) => from)}::text[], ${rows.map(({ part }) => part)}::text[],
    ${rows.map(({ nth }) => nth)}::integer[], ${rows.map(({ parts }) => parts)}::integer[]) p (was, part, nth, parts)`;
}

export interface At {
  readonly compound: RawBuilder<unknown>;
  readonly place: RawBuilder<unknown>;
}

/** Where open work at a changed path goes: of several parts to the one that holds its place, else to the unit above. */
export function heirOf(paths: Paths, path: RawBuilder<unknown>, at?: At): RawBuilder<string> {
  const holds = at
    ? sql`exists (
        select from place_units pu join units u on u.unit_id = pu.unit_id
        where pu.compound_id = ${at.compound} and pu.place_id = ${at.place} and upper_inf(pu.valid)
          and (u.path || '/') ^@ (p.part || '/'))`
    : sql`false`;
  return sql`coalesce(
    (select p.part from ${partsOf(paths)} where p.was = ${path} and (p.parts = 1 or ${holds}) limit 1),
    regexp_replace(${path}, '/[^/]*$', ''))`;
}
