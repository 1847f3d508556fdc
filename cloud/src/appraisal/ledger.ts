import { AnGridError } from '@angrid/contract';
import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import type { Playbook } from '../playbooks/playbook.js';
import type { AppraisalFact } from '../playbooks/practice.js';
import type { AccountRole } from '../schema-people.js';
import type { VerifiedFact } from './facts.js';
import type { Period } from './period.js';
import { pointsFor } from './points.js';

/** A fact, with the playbook whose rule says what it is worth. */
export interface JudgedFact {
  readonly fact: VerifiedFact;
  readonly playbook: Playbook;
}

/** Roles whose accounts hold duties. */
const holders: readonly AccountRole[] = ['property-manager', 'police', 'grid-member'];

/** Books what the facts are worth, each fact once for its subject: how many rows are new. One statement. */
export async function bookFacts(trx: CloudTransaction, facts: readonly JudgedFact[], now: Date): Promise<number> {
  const rows = facts.flatMap(rowOf);
  if (rows.length === 0) return 0;
  const column = <K extends keyof (typeof rows)[number]>(key: K): (typeof rows)[number][K][] =>
    rows.map((row) => row[key]);
  const { numAffectedRows = 0n } = await sql`
    insert into points_ledger (fact_id, fact, subject_kind, compound_id, unit_path, account_id, account_role, duty,
      points, playbook, incident_id, earned_at, booked_at)
    select *, ${now}::timestamptz from unnest(${column('id')}::text[], ${column('fact')}::text[],
      ${column('kind')}::text[], ${column('compound')}::text[], ${column('unit')}::text[], ${column('account')}::uuid[],
      ${column('role')}::text[], ${column('duty')}::text[], ${column('points')}::smallint[],
      ${column('playbook')}::text[], ${column('incident')}::uuid[], ${column('at')}::timestamptz[])
    on conflict (fact_id, subject) do nothing`.execute(trx);
  return Number(numAffectedRows);
}

/** None where the fact earns nothing, or its subject holds no duty. */
function rowOf({ fact, playbook }: JudgedFact) {
  const { subject, id, compound, incident, at } = fact;
  const points = playbook.appraisal ? pointsFor(fact, playbook.appraisal) : 0;
  if (points === 0 || (subject.kind === 'duty-holder' && !holders.includes(subject.role))) return [];
  const held = subject.kind === 'unit' ? undefined : subject;
  return [
    {
      ...{ id, fact: fact.fact, kind: subject.kind, compound, unit: subject.unit },
      ...{ account: held?.account ?? null, role: held?.role ?? null, duty: held?.duty ?? null },
      ...{ points, playbook: `${playbook.id}@${playbook.version}`, incident, at },
    },
  ];
}

export interface Correction {
  readonly entry: number;
  readonly reason: string;
}

/**
 * Takes back what a row gave, by a row of its own that counts in the same period. Throws subject.not-found,
 * auth.forbidden for a row about the author, and input.invalid for one that has been corrected or is a correction.
 */
export async function correctEntry(
  trx: CloudTransaction,
  { entry, reason }: Correction,
  { author, now }: { readonly author: string; readonly now: Date },
): Promise<void> {
  const row = await trx.selectFrom('points_ledger').selectAll().where('entry_id', '=', entry).executeTakeFirst();
  const fault = { op: 'appraisal.correct', subject: String(entry) };
  if (!row) throw new AnGridError('subject.not-found', fault);
  if (row.account_id === author) throw new AnGridError('auth.forbidden', { ...fault, detail: 'about oneself' });
  if (row.corrects !== null) throw new AnGridError('input.invalid', { ...fault, detail: 'is a correction' });
  const { entry_id: _, subject: __, ...kept } = row;
  const { numInsertedOrUpdatedRows: written } = await trx
    .insertInto('points_ledger')
    .values({
      ...kept,
      ...{ fact_id: `correction:${entry}`, points: -row.points, booked_at: now, corrects: entry, reason, author },
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (!written) throw new AnGridError('input.invalid', { ...fault, detail: 'has been corrected' });
}

export interface LedgerEntry {
  readonly id: number;
  readonly fact: AppraisalFact;
  readonly subject: 'unit' | 'duty-holder';
  readonly unit: string | null;
  /** Of a duty's holder: its label, never a person's name. */
  readonly holder: { readonly account: string; readonly label: string; readonly duty: string } | null;
  readonly points: number;
  readonly incident: string | null;
  readonly at: Date;
  readonly corrects: number | null;
  readonly corrected: boolean;
  readonly reason: string | null;
}

export interface LedgerPage {
  readonly items: readonly LedgerEntry[];
  /** Id before which the next page begins. */
  readonly next: number | null;
}

export interface LedgerQuery {
  readonly playbook: string;
  readonly period: Period;
  /** Path of the unit whose own rows are meant. */
  readonly unit?: string | undefined;
  /** Holder of a duty whose rows are meant. */
  readonly account?: string | undefined;
  readonly before?: number | undefined;
}

const PAGE = 50;

/** Each row with the fact that earned it, the newest first. */
export async function ledgerOf(trx: CloudTransaction, query: LedgerQuery): Promise<LedgerPage> {
  const { playbook, period, unit, account, before } = query;
  const { rows } = await sql<LedgerEntry>`
    select l.entry_id as id, l.fact, l.subject_kind as subject, l.unit_path as unit, l.points, l.incident_id as incident,
      l.earned_at as at, l.corrects, l.reason,
      exists (select from points_ledger c where c.corrects = l.entry_id) as corrected,
      case when l.account_id is not null
        then json_build_object('account', l.account_id, 'label', a.label, 'duty', l.duty) end as holder
    from points_ledger l left join accounts a on a.account_id = l.account_id
    where ${inPeriod(playbook, period)} and ${before === undefined ? sql`true` : sql`l.entry_id < ${before}`}
      and ${unit === undefined ? sql`true` : sql`l.subject_kind = 'unit' and l.unit_path = ${unit}`}
      and ${account === undefined ? sql`true` : sql`l.account_id = ${account}`}
    order by l.entry_id desc limit ${PAGE}`.execute(trx);
  return { items: rows, next: rows.length < PAGE ? null : (rows.at(-1)?.id ?? null) };
}

const inPeriod = (playbook: string, { from, to }: Period) =>
  sql`split_part(l.playbook, '@', 1) = ${playbook} and l.earned_at >= ${from} and l.earned_at < ${to}`;

export interface HolderPoints {
  readonly account: string;
  readonly label: string;
  readonly role: AccountRole;
  readonly duties: readonly string[];
  readonly points: number;
}

/** What the units and the holders of duties have earned in a period. */
export async function earnedPoints(
  trx: CloudTransaction,
  playbook: string,
  period: Period,
): Promise<{ readonly units: ReadonlyMap<string, number>; readonly holders: readonly HolderPoints[] }> {
  const { rows: units } = await sql<{ unit: string; points: number }>`
    select l.unit_path as unit, sum(l.points)::integer as points
    from points_ledger l where l.subject_kind = 'unit' and ${inPeriod(playbook, period)} group by 1`.execute(trx);
  const { rows: holders } = await sql<HolderPoints>`
    select l.account_id as account, a.label, a.role, array_agg(distinct l.duty) as duties, sum(l.points)::integer as points
    from points_ledger l join accounts a on a.account_id = l.account_id
    where l.subject_kind = 'duty-holder' and ${inPeriod(playbook, period)}
    group by 1, 2, 3 order by points desc, label limit 1000`.execute(trx);
  return { units: new Map(units.map(({ unit, points }) => [unit, points])), holders };
}
