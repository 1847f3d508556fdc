import { AnGridError, idSchema, kindDefinition, type EventKind, type Localized, type Severity } from '@angrid/contract';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { settledStates } from '../correlation/settled.js';
import type { CloudTransaction } from '../database.js';
import { unitOfPlace } from '../linking/places.js';
import { redact } from '../reports/redact.js';
import { addDays, instantOf, localMoment } from '../rosters/local-time.js';
import type { IncidentState } from '../schema.js';
import { patrolsOf, type PatrolView } from './patrols.js';
import type { Window } from './rounds.js';

export const visitSchema = z.strictObject({
  compound: idSchema,
  place: idSchema,
  kind: z.enum(['visit', 'sweep', 'publicity']),
  note: z.string().trim().max(300).nullable().default(null),
});
export type NewVisit = z.infer<typeof visitSchema>;

export interface OpenMatter {
  readonly incident: string;
  readonly kindTitle: Localized;
  readonly why: Localized;
  readonly severity: Severity;
  readonly state: IncidentState;
  readonly place: string | null;
  readonly openedAt: Date;
}

export interface LegOfDay {
  readonly incident: string;
  readonly role: string;
  readonly why: Localized;
  /** When it is or was to be answered or settled. */
  readonly at: Date;
}

export interface VisitOfDay {
  readonly id: string;
  readonly kind: NewVisit['kind'];
  readonly compound: string;
  readonly place: string;
  readonly note: string | null;
  readonly at: Date;
}

/** What the day came to when it was closed. */
export interface DayFigures {
  readonly open: number;
  readonly closed: number;
  readonly due: number;
  readonly missed: number;
  readonly roundsSigned: number;
  readonly roundsMissed: number;
  readonly visits: number;
}

export interface DaySummary {
  readonly text: string;
  readonly figures: DayFigures;
  readonly by: string;
  readonly signedAt: Date;
}

/** A unit's day: what is open and due, what was missed, the rounds, the places that were gone to. Never a person. */
export interface DailyList {
  readonly unit: string;
  readonly date: string;
  readonly open: readonly OpenMatter[];
  readonly due: readonly LegOfDay[];
  readonly missed: readonly LegOfDay[];
  readonly patrols: readonly PatrolView[];
  readonly visits: readonly VisitOfDay[];
  readonly figures: DayFigures;
  /** null: the day is not closed. */
  readonly summary: DaySummary | null;
}

export interface DayOf {
  readonly unit: string;
  readonly date: string;
  /** IANA zone in which the day begins and ends. */
  readonly zone: string;
}

const MOST = 200;

export async function dailyList(trx: CloudTransaction, of: DayOf, now: Date): Promise<DailyList> {
  const { unit, date } = of;
  const day = spanOf(of);
  const open = await openMatters(trx, unit);
  const due = await legsOf(
    trx,
    unit,
    sql`l.ended_at is null
    and least(l.due_at, l.settle_at) < ${day.to}::timestamptz`,
    sql`least(l.due_at, l.settle_at)`,
  );
  const missed = await legsOf(
    trx,
    unit,
    sql`l.timed_out_at >= ${day.from}::timestamptz
    and l.timed_out_at < ${day.to}::timestamptz`,
    sql`l.timed_out_at`,
  );
  const patrols = await patrolsOf(trx, { date, unit }, now);
  const visits = await visitsOf(trx, unit, day);
  const rounds = patrols.flatMap((patrol) => patrol.rounds.map(({ state }) => state));
  const figures = {
    ...{ open: open.length, closed: await closedCount(trx, unit, day), due: due.length, missed: missed.length },
    roundsSigned: rounds.filter((state) => state === 'signed').length,
    roundsMissed: rounds.filter((state) => state === 'missed').length,
    visits: visits.length,
  };
  return { unit, date, open, due, missed, patrols, visits, figures, summary: await summaryOf(trx, of) };
}

function spanOf({ date, zone }: DayOf): Window {
  return { from: instantOf({ date, minute: 0 }, zone), to: instantOf({ date: addDays(date, 1), minute: 0 }, zone) };
}

const within = (column: string, unit: string) => sql`(${sql.ref(column)} || '/') ^@ ${`${unit}/`}`;

async function openMatters(trx: CloudTransaction, unit: string): Promise<readonly OpenMatter[]> {
  const { rows } = await sql<Omit<OpenMatter, 'kindTitle'> & { kind: EventKind }>`
    select i.incident_id as incident, i.kind, i.why, i.severity, i.state, p.name as place, i.opened_at as "openedAt"
    from incidents i left join places p on p.compound_id = i.compound_id and p.place_id = i.place_id
    where ${within('i.unit_path', unit)} and i.state <> all (${[...settledStates]}::text[]) and not i.exercise
    order by i.severity, i.opened_at limit ${MOST}`.execute(trx);
  return rows.map(({ kind, ...matter }) => ({ ...matter, kindTitle: kindDefinition(kind).title }));
}

/** The pushes of one step are answered together, on whatever channels they went out: they are one line. */
async function legsOf(
  trx: CloudTransaction,
  unit: string,
  when: ReturnType<typeof sql>,
  at: ReturnType<typeof sql>,
): Promise<readonly LegOfDay[]> {
  const { rows } = await sql<LegOfDay>`
    select l.incident_id as incident, l.role, i.why, min(${at}) as at
    from legs l join incidents i on i.incident_id = l.incident_id
    where ${within('l.to_unit', unit)} and ${when} and i.state <> 'closed' and not i.exercise
    group by l.incident_id, i.incident_id, l.role, l.rung
    order by 4, 1, 2 limit ${MOST}`.execute(trx);
  return rows;
}

async function visitsOf(trx: CloudTransaction, unit: string, { from, to }: Window): Promise<readonly VisitOfDay[]> {
  const { rows } = await sql<VisitOfDay>`
    select v.visit_id as id, v.kind, c.name as compound, coalesce(p.name, v.place_id) as place, v.note, v.at
    from visits v join compounds c on c.compound_id = v.compound_id
    left join places p on p.compound_id = v.compound_id and p.place_id = v.place_id
    where ${within('v.unit_path', unit)} and v.at >= ${from} and v.at < ${to}
    order by v.at limit ${MOST}`.execute(trx);
  return rows;
}

async function closedCount(trx: CloudTransaction, unit: string, { from, to }: Window): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from incidents i
    where ${within('i.unit_path', unit)} and i.closed_at >= ${from} and i.closed_at < ${to} and not i.exercise`.execute(
    trx,
  );
  return rows[0]?.count ?? 0;
}

async function summaryOf(trx: CloudTransaction, { unit, date }: DayOf): Promise<DaySummary | null> {
  const found = await trx
    .selectFrom('day_summaries as s')
    .innerJoin('accounts as a', 'a.account_id', 's.account_id')
    .select(['s.text', 's.figures', 'a.label as by', 's.signed_at as signedAt'])
    .where('s.unit_path', '=', unit)
    .where('s.day', '=', date)
    .executeTakeFirst();
  return found ?? null;
}

/** A place that was gone to. Throws subject.not-found for one that is not there, and auth.forbidden outside the units. */
export async function addVisit(
  trx: CloudTransaction,
  { visit, account }: { readonly visit: NewVisit; readonly account: string },
  now: Date,
): Promise<string> {
  const { compound, place, kind, note } = visit;
  const { rows } = await sql<{ unit: string | null }>`
    select (${unitOfPlace(sql`p.compound_id`, sql`p.place_id`, now)}) as unit
    from places p where p.compound_id = ${compound} and p.place_id = ${place}`.execute(trx);
  const unit = rows[0]?.unit ?? null;
  if (unit === null) throw new AnGridError('subject.not-found', { op: 'visit.add', subject: place });
  const id = uuid();
  await trx
    .insertInto('visits')
    .values({
      ...{ visit_id: id, compound_id: compound, unit_path: unit, place_id: place, kind, account_id: account, at: now },
      note: note === null ? null : redact(note).text,
    })
    .execute();
  return id;
}

export interface Closing {
  readonly of: DayOf;
  readonly text: string;
  readonly account: string;
}

/**
 * Closes a day, today's or yesterday's, with what the list says now. It is signed once and stays. Throws input.invalid and
 * subject.conflict.
 */
export async function closeDay(trx: CloudTransaction, { of, text, account }: Closing, now: Date): Promise<void> {
  const { unit, date, zone } = of;
  const today = localMoment(now, zone).date;
  if (date > today || date < addDays(today, -1))
    throw new AnGridError('input.invalid', { op: 'day.close', detail: 'date: today or yesterday' });
  const { figures } = await dailyList(trx, of, now);
  const written = await trx
    .insertInto('day_summaries')
    .values({
      ...{ unit_path: unit, day: date, text: redact(text).text, figures: JSON.stringify(figures) },
      ...{ account_id: account, signed_at: now },
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if ((written.numInsertedOrUpdatedRows ?? 0n) === 0n)
    throw new AnGridError('subject.conflict', {
      op: 'day.close',
      subject: `${unit} ${date}`,
      detail: 'closed already',
    });
}
