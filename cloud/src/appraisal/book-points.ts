import type { Clock } from '@angrid/runtime';
import { sql } from 'kysely';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { systemScope, withScope } from '../platform/database/index.js';
import { type Governance, playbookOf } from '../playbooks/governance.js';
import { bookedThrough, rememberBooked } from './cursor.js';
import { type AppraisedIncident, type AppraisedLeg, factsOf } from './facts.js';
import { fieldFacts } from './field-facts.js';
import { bookFacts } from './ledger.js';

const AT_ONCE = 500;
/** Looked at again with each run: a step that was committed after a later one is not passed over. */
const OVERLAP_MS = 600_000;
/** A round is known to be missed at its end. */
const LONGEST_ROUND_MS = 86_400_000;
const SCOPE = systemScope('appraisal');

export interface BookingOptions {
  readonly db: CloudDatabase;
  readonly clock: Pick<Clock, 'wall'>;
  readonly governance: Governance;
}

interface Cursor {
  readonly at: Date;
  readonly log: number;
}

/**
 * Books the points of all incidents in which somebody has done something since the last run, and of rounds and visits:
 * how many rows are new. After the commit of what has happened, so that no push waits for it. A fact that is met again
 * books nothing: runs may overlap, be repeated, and be several processes'.
 */
export async function bookPoints(options: BookingOptions): Promise<number> {
  return (await bookField(options)) + (await bookIncidents(options));
}

async function bookIncidents({ db, clock, governance }: BookingOptions): Promise<number> {
  let booked = 0;
  const through = await withScope(db.service, SCOPE, (trx) => bookedThrough(trx, 'incidents'));
  let cursor: Cursor = { at: new Date(through.getTime() - OVERLAP_MS), log: 0 };
  for (;;) {
    const now = new Date(clock.wall());
    const steps = await withScope(db.service, SCOPE, async (trx) => {
      const found = await stepsAfter(trx, cursor);
      const incidents = await loadIncidents(trx, [...new Set(found.map(({ incident }) => incident))]);
      const facts = incidents.flatMap((incident) => {
        const playbook = known(governance, incident.playbook);
        return factsOf(incident).map((fact) => ({ fact, playbook }));
      });
      booked += await bookFacts(trx, facts, now);
      const last = found.at(-1);
      if (last) await rememberBooked(trx, 'incidents', last.at);
      return found;
    });
    const last = steps.at(-1);
    if (!last || steps.length < AT_ONCE) return booked;
    cursor = last;
  }
}

/** A playbook that is gone leaves its incidents to the standard one. */
function known(governance: Governance, id: string | null) {
  return playbookOf(governance, id !== null && governance.playbooks.has(id) ? id : null);
}

/** Rounds and care visits: few, and with no step of their own in a log. */
async function bookField({ db, clock, governance }: BookingOptions): Promise<number> {
  const now = new Date(clock.wall());
  return withScope(db.service, SCOPE, async (trx) => {
    const through = await bookedThrough(trx, 'rounds');
    const found = await fieldFacts(trx, { from: new Date(through.getTime() - LONGEST_ROUND_MS), to: now });
    const facts = found.map(({ fact, playbook }) => ({ fact, playbook: known(governance, playbook) }));
    await rememberBooked(trx, 'rounds', now);
    return bookFacts(trx, facts, now);
  });
}

async function stepsAfter(
  trx: CloudTransaction,
  { at, log }: Cursor,
): Promise<readonly (Cursor & { incident: string })[]> {
  const { rows } = await sql<Cursor & { incident: string }>`
    select at, log_id as log, incident_id as incident from incident_log
    where actor <> 'system' and (at, log_id) > (${at}::timestamptz, ${log}::bigint)
    order by at, log_id limit ${AT_ONCE}`.execute(trx);
  return rows;
}

interface Loaded extends AppraisedIncident {
  readonly playbook: string | null;
}

interface LegRow extends AppraisedLeg {
  readonly incident: string;
}

async function loadIncidents(trx: CloudTransaction, ids: readonly string[]): Promise<readonly Loaded[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<Omit<Loaded, 'legs'>>`
    select i.incident_id as id, i.compound_id as compound, i.unit_path as unit, i.state = 'closed' as closed,
      i.false_alarm as "falseAlarm", i.merged_into is not null as merged, i.exercise, i.restricted,
      split_part(i.playbook, '@', 1) as playbook,
      (select max(l.at) from incident_log l where l.incident_id = i.incident_id and l.action = 'reopen') as "reopenedAt"
    from incidents i where i.incident_id = any (${[...ids]}::uuid[])`.execute(trx);
  const { rows: legs } = await sql<LegRow>`
    select l.incident_id as incident, l.role, l.rung, l.to_unit as unit, l.state, l.answer_by as "answerBy",
      l.acknowledged_at as "acknowledgedAt", l.settle_at as "settleAt", l.ended_at as "endedAt",
      case when a.account_id is not null
        then json_build_object('account', a.account_id, 'role', a.role, 'duty', l.to_id) end as holder
    from legs l left join accounts a on a.account_id = l.account_id
    where l.incident_id = any (${[...ids]}::uuid[])
    order by l.queued_at, l.leg_id`.execute(trx);
  const legsOf = new Map<string, LegRow[]>(ids.map((id) => [id, []]));
  for (const leg of legs) legsOf.get(leg.incident)?.push(leg);
  return rows.map((row) => ({ ...row, legs: legsOf.get(row.id) ?? [] }));
}
