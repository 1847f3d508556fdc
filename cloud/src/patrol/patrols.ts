import { AnGridError, idSchema, shortText } from '@angrid/contract';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { CloudTransaction } from '../database.js';
import { dayHoursSchema } from '../playbooks/fields.js';
import { redact } from '../reports/redact.js';
import { localMoment } from '../rosters/local-time.js';
import { dueWindow, type PatrolSchedule, roundsOf, roundState, type RoundState, type SeenItem } from './rounds.js';

export const newListSchema = z.strictObject({
  compound: idSchema,
  /** Path of the unit that it belongs to; null: of the compound as a whole. */
  unit: z.string().min(1).max(400).nullable().default(null),
  name: shortText.min(1),
  of: z.enum(['cameras', 'places']),
  windows: z.array(dayHoursSchema).min(1).max(24),
  items: z.array(idSchema).min(1).max(100),
});
export type NewList = z.infer<typeof newListSchema>;

export const signSchema = z.strictObject({
  seen: z
    .array(
      z.strictObject({
        item: idSchema,
        state: z.enum(['in-order', 'remark', 'not-seen']),
        note: z.string().trim().max(300).nullable().default(null),
      }),
    )
    .min(1)
    .max(100),
});

export interface RoundView {
  readonly from: Date;
  readonly to: Date;
  readonly state: RoundState;
  readonly signedAt: Date | null;
  /** The account that signed, by its label. */
  readonly by: string | null;
  readonly seen: readonly SeenItem[];
}

export interface PatrolView {
  readonly id: string;
  readonly name: string;
  readonly of: 'cameras' | 'places';
  readonly compound: { readonly id: string; readonly name: string };
  readonly unit: string | null;
  readonly windows: readonly string[];
  readonly items: readonly { readonly id: string; readonly name: string }[];
  readonly rounds: readonly RoundView[];
}

interface ListRow extends Omit<PatrolView, 'rounds'> {
  readonly zone: string;
  readonly since: Date;
  readonly until: Date | null;
}

/** The lists with the rounds of one day of theirs; today where no date is given. Two statements. */
export async function patrolsOf(
  trx: CloudTransaction,
  { date, unit }: { readonly date?: string | undefined; readonly unit?: string | undefined },
  now: Date,
): Promise<readonly PatrolView[]> {
  const lists = await loadLists(trx, unit);
  const days = lists.map((list) => roundsOf(list, date ?? localMoment(now, list.zone).date, now));
  const signed = await loadSigned(
    trx,
    lists.map(({ id }) => id),
    days.flat(),
  );
  return lists.map(({ zone: _zone, since: _since, until: _until, ...list }, index) => {
    const rounds = (days[index] ?? []).map((window): RoundView => {
      const found = signed.get(`${list.id}/${window.from.getTime()}`);
      const state = roundState(window, found !== undefined, now);
      return { ...window, state, signedAt: null, by: null, seen: [], ...found };
    });
    return { ...list, rounds };
  });
}

async function loadLists(trx: CloudTransaction, unit: string | undefined): Promise<readonly ListRow[]> {
  const within = unit === undefined ? sql`true` : sql`(l.unit_path || '/') ^@ ${`${unit}/`}`;
  const { rows } = await sql<ListRow>`
    select l.list_id as id, l.name, l.of, json_build_object('id', c.compound_id, 'name', c.name) as compound,
      l.unit_path as unit, l.windows, c.timezone as zone, l.created_at as since, l.ended_at as until,
      (select json_agg(json_build_object('id', i.id, 'name', coalesce(d.name, p.name, i.id)) order by i.position)
        from unnest(l.items) with ordinality as i (id, position)
        left join devices d on l.of = 'cameras' and d.compound_id = l.compound_id and d.device_id = i.id
        left join places p on l.of = 'places' and p.compound_id = l.compound_id and p.place_id = i.id) as items
    from patrol_lists l join compounds c on c.compound_id = l.compound_id
    where l.ended_at is null and ${within}
    order by c.name, l.name, l.list_id
    limit 200`.execute(trx);
  return rows;
}

type Signed = Pick<RoundView, 'signedAt' | 'by' | 'seen'>;

async function loadSigned(
  trx: CloudTransaction,
  lists: readonly string[],
  windows: readonly { readonly from: Date }[],
): Promise<ReadonlyMap<string, Signed>> {
  if (windows.length === 0) return new Map();
  const begins = windows.map(({ from }) => from.getTime());
  const rows = await trx
    .selectFrom('patrol_rounds as r')
    .innerJoin('accounts as a', 'a.account_id', 'r.account_id')
    .select(['r.list_id', 'r.window_from', 'r.signed_at as signedAt', 'a.label as by', 'r.seen'])
    .where('r.list_id', 'in', [...lists])
    .where('r.window_from', '>=', new Date(Math.min(...begins)))
    .where('r.window_from', '<=', new Date(Math.max(...begins)))
    .execute();
  return new Map(rows.map(({ list_id: list, window_from: from, ...round }) => [`${list}/${from.getTime()}`, round]));
}

/** Throws subject.not-found where a camera or place is not the compound's. */
export async function addList(
  trx: CloudTransaction,
  list: NewList,
  { author, now }: { readonly author: string; readonly now: Date },
): Promise<string> {
  const { compound, unit, name, of, windows } = list;
  const items = [...new Set(list.items)];
  const known = of === 'cameras' ? knownCameras(compound, items) : knownPlaces(compound, items);
  const { rows } = await known.execute(trx);
  const there = new Set(rows.map(({ id }) => id));
  const missing = items.find((item) => !there.has(item));
  if (missing !== undefined) throw new AnGridError('subject.not-found', { op: 'patrol.add', subject: missing });
  const id = uuid();
  const row = { list_id: id, compound_id: compound, unit_path: unit, name, of, windows: [...new Set(windows)], items };
  await trx
    .insertInto('patrol_lists')
    .values({ ...row, author, created_at: now })
    .execute();
  return id;
}

const knownCameras = (compound: string, items: readonly string[]) => sql<{ id: string }>`
  select device_id as id from devices
  where compound_id = ${compound} and kind = 'camera' and removed_at is null and device_id = any (${items}::text[])`;
const knownPlaces = (compound: string, items: readonly string[]) => sql<{ id: string }>`
  select place_id as id from places where compound_id = ${compound} and place_id = any (${items}::text[])`;

/** The list is looked through no more; its rounds stay on record. Throws subject.not-found. */
export async function endList(trx: CloudTransaction, id: string, now: Date): Promise<void> {
  const ended = await trx
    .updateTable('patrol_lists')
    .set({ ended_at: now })
    .where('list_id', '=', id)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  if (ended.numUpdatedRows === 0n) throw new AnGridError('subject.not-found', { op: 'patrol.end', subject: id });
}

export interface Signature {
  readonly list: string;
  readonly seen: readonly SeenItem[];
  readonly account: string;
}

/**
 * Signs the round that is due: every camera or place of the list with what was seen of it. Notes lose their numbers. Throws
 * patrol.not-now outside its hours, input.invalid where one is left out, subject.conflict where it is signed already.
 */
export async function signRound(
  trx: CloudTransaction,
  { list: id, seen, account }: Signature,
  now: Date,
): Promise<void> {
  const list = await findList(trx, id);
  const due = dueWindow(list, now);
  if (!due) throw new AnGridError('patrol.not-now', { op: 'patrol.sign', subject: id });
  const told = new Map(seen.map((each) => [each.item, each]));
  const missing = list.items.filter((item) => !told.has(item));
  if (missing.length > 0 || told.size !== list.items.length)
    throw new AnGridError('input.invalid', { op: 'patrol.sign', detail: `not seen: ${missing.join(', ')}` });
  const kept = seen.map(({ note, ...each }) => ({ ...each, note: note === null ? null : redact(note).text }));
  const written = await trx
    .insertInto('patrol_rounds')
    .values({
      ...{ round_id: uuid(), list_id: id, compound_id: list.compound, unit_path: list.unit },
      ...{ window_from: due.from, window_to: due.to, seen: JSON.stringify(kept), account_id: account, signed_at: now },
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if ((written.numInsertedOrUpdatedRows ?? 0n) === 0n)
    throw new AnGridError('subject.conflict', { op: 'patrol.sign', subject: id, detail: 'it is signed already' });
}

interface KnownList extends PatrolSchedule {
  readonly compound: string;
  readonly unit: string | null;
  readonly items: readonly string[];
}

async function findList(trx: CloudTransaction, id: string): Promise<KnownList> {
  const { rows } = await sql<KnownList>`
    select l.compound_id as compound, l.unit_path as unit, l.items, l.windows, c.timezone as zone, l.created_at as since,
      l.ended_at as until
    from patrol_lists l join compounds c on c.compound_id = l.compound_id
    where l.list_id = ${id} and l.ended_at is null`.execute(trx);
  const [list] = rows;
  if (list) return list;
  throw new AnGridError('subject.not-found', { op: 'patrol.sign', subject: id });
}
