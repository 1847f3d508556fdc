import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import { missedBetween, type PatrolSchedule } from '../patrol/rounds.js';
import type { Holder, VerifiedFact } from './facts.js';

/** A fact with the playbook that the compound names; null: the standard one. */
export interface FieldFact {
  readonly fact: VerifiedFact;
  readonly playbook: string | null;
}

export interface Span {
  readonly from: Date;
  /** Now. */
  readonly to: Date;
}

/** The facts of rounds and care visits within a span. */
export async function fieldFacts(trx: CloudTransaction, span: Span): Promise<readonly FieldFact[]> {
  return [...(await signedRounds(trx, span)), ...(await missedRounds(trx, span)), ...(await careVisits(trx, span))];
}

interface Done {
  readonly compound: string;
  readonly unit: string | null;
  readonly playbook: string | null;
  readonly at: Date;
  readonly holder: Holder;
}

/** For the unit and for who has done it. */
function forBoth({ unit, holder, compound, at, playbook }: Done, what: Pick<VerifiedFact, 'id' | 'fact'>): FieldFact[] {
  const of = { ...what, at, compound, incident: null };
  const own: FieldFact = { fact: { ...of, subject: { kind: 'duty-holder', unit, ...holder } }, playbook };
  return unit === null ? [own] : [{ fact: { ...of, subject: { kind: 'unit', unit } }, playbook }, own];
}

const holderColumn = sql<Holder>`json_build_object('account', a.account_id, 'role', a.role,
  'duty', coalesce(a.duties[1], a.role))`;

async function signedRounds(trx: CloudTransaction, { from, to }: Span): Promise<readonly FieldFact[]> {
  const { rows } = await sql<Done & { list: string; begin: Date }>`
    select r.list_id as list, r.window_from as begin, r.compound_id as compound, r.unit_path as unit, c.playbook,
      r.signed_at as at, ${holderColumn} as holder
    from patrol_rounds r join compounds c on c.compound_id = r.compound_id join accounts a on a.account_id = r.account_id
    where r.signed_at > ${from} and r.signed_at <= ${to}`.execute(trx);
  return rows.flatMap((row) => forBoth(row, { id: roundId(row), fact: 'round-signed' }));
}

interface ListRow extends PatrolSchedule {
  readonly list: string;
  readonly compound: string;
  readonly unit: string;
  readonly playbook: string | null;
  readonly signed: readonly number[];
}

/** Of a unit: nobody in particular has missed it. */
async function missedRounds(trx: CloudTransaction, { from, to }: Span): Promise<readonly FieldFact[]> {
  const { rows } = await sql<ListRow>`
    select l.list_id as list, l.compound_id as compound, l.unit_path as unit, c.playbook, l.windows, c.timezone as zone,
      l.created_at as since, l.ended_at as until,
      array(select (extract(epoch from r.window_from) * 1000)::double precision from patrol_rounds r
        where r.list_id = l.list_id and r.window_from >= ${from}) as signed
    from patrol_lists l join compounds c on c.compound_id = l.compound_id
    where l.unit_path is not null and (l.ended_at is null or l.ended_at > ${from})`.execute(trx);
  return rows.flatMap(({ list, compound, unit, playbook, signed, ...schedule }) => {
    const span = { from: new Date(Math.max(from.getTime(), schedule.since.getTime())), to };
    const missed = missedBetween(schedule, span, new Set(signed), to);
    return missed.map(({ from: begin, to: at }): FieldFact => {
      const id = roundId({ list, begin });
      return {
        fact: { id, fact: 'round-missed', subject: { kind: 'unit', unit }, at, compound, incident: null },
        playbook,
      };
    });
  });
}

function roundId({ list, begin }: { readonly list: string; readonly begin: Date }): string {
  return `round:${list}/${begin.toISOString()}`;
}

/** For the grid of who went there, and not for the house: which household is looked after is nobody else's business. */
async function careVisits(trx: CloudTransaction, { from, to }: Span): Promise<readonly FieldFact[]> {
  const { rows } = await sql<Done & { task: string }>`
    select t.task_id as task, t.compound_id as compound, a.unit_paths[1] as unit, c.playbook, t.done_at as at,
      ${holderColumn} as holder
    from care_tasks t join compounds c on c.compound_id = t.compound_id join accounts a on a.account_id = t.done_by
    where t.outcome = 'met' and t.done_at <= t.due_at and t.done_at > ${from} and t.done_at <= ${to}`.execute(trx);
  return rows.flatMap((row) => forBoth(row, { id: `care:${row.task}`, fact: 'care-visit-in-time' }));
}
