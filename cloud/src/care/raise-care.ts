import type { EventKind } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { holdLock, systemScope, withScope } from '../platform/database/index.js';
import type { Governance } from '../playbooks/governance.js';
import { practiceOf } from './care.js';
import { type CareStep, careSteps, type Consent } from './care-rule.js';

interface Row {
  readonly playbook: string | null;
  readonly consents: readonly Consent[];
}

export interface CareParts {
  readonly db: CloudDatabase;
  readonly clock: Pick<Clock, 'wall'>;
  readonly governance: Governance;
}

/** Looks at every consent: raises the visits that are due, ends those whose consent has. Two processes take turns. */
export async function raiseCare({ db, clock, governance }: CareParts): Promise<number> {
  const now = new Date(clock.wall());
  return withScope(db.service, systemScope('care'), async (trx) => {
    await holdLock('care').execute(trx);
    const groups = await loadConsents(trx, now);
    const steps = groups.flatMap(({ playbook, consents }) => {
      const practice = practiceOf(governance, playbook);
      return practice === undefined ? [] : careSteps(consents, practice, now.getTime());
    });
    await write(trx, steps, now);
    return steps.length;
  });
}

/** What says that somebody went through a door. */
const PASSAGES: readonly EventKind[] = ['access.granted', 'access.taken', 'door.opened'];

/**
 * By the playbook of their compound. Those that are over and have no task left are done with. Of a door it is asked, for
 * a consent that holds, when it was passed last since somebody was met there: the answer is looked at and not kept.
 */
async function loadConsents(trx: CloudTransaction, now: Date): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`
    select c.playbook, json_agg(json_build_object('consent', k.consent_id,
      'metAt', (extract(epoch from greatest(k.met_at, w.at)) * 1000)::bigint,
      'passedAt', (extract(epoch from d.at) * 1000)::bigint,
      'expiresAt', (extract(epoch from k.expires_at) * 1000)::bigint,
      'revokedAt', (extract(epoch from k.revoked_at) * 1000)::bigint,
      'task', case when t.task_id is not null then json_build_object('id', t.task_id) end)) as consents
    from care_consents k join compounds c on c.compound_id = k.compound_id
    left join lateral (
      select max(a.done_at) as at from care_tasks a where a.consent_id = k.consent_id and a.outcome = 'away') w on true
    left join care_tasks t on t.consent_id = k.consent_id and t.done_at is null
    left join lateral (
      select e.recorded_at as at
      from device_places h join events e on e.compound_id = h.compound_id and e.device_id = h.device_id
      where k.door and k.revoked_at is null and k.expires_at > ${now}
        and h.compound_id = k.compound_id and h.place_id = k.place_id and h.valid @> ${now}::timestamptz
        and e.recorded_at > k.met_at and e.kind = any (${PASSAGES}::text[]) and not e.late and not e.exercise
      order by e.recorded_at desc limit 1) d on true
    where k.revoked_at is null or t.task_id is not null
    group by c.playbook`.execute(trx);
  return rows;
}

async function write(trx: CloudTransaction, steps: readonly CareStep[], now: Date): Promise<void> {
  const raised = steps.flatMap((step) => (step.type === 'raise' ? [{ ...step, task: uuid() }] : []));
  const ended = steps.flatMap((step) => (step.type === 'end' ? [step] : []));
  if (raised.length > 0)
    await sql`
      insert into care_tasks (task_id, consent_id, compound_id, unit_path, place_id, raised_at, due_at)
      select n.task, k.consent_id, k.compound_id, k.unit_path, k.place_id, ${now}::timestamptz, n.due
      from unnest(${raised.map(({ task }) => task)}::uuid[], ${raised.map(({ consent }) => consent)}::uuid[],
        ${raised.map(({ dueAt }) => new Date(dueAt))}::timestamptz[]) as n (task, consent, due)
      join care_consents k on k.consent_id = n.consent`.execute(trx);
  if (ended.length > 0)
    await sql`
      update care_tasks t set done_at = ${now}, outcome = n.outcome
      from unnest(${ended.map(({ task }) => task)}::uuid[], ${ended.map(({ outcome }) => outcome)}::text[])
        as n (task, outcome)
      where t.task_id = n.task`.execute(trx);
}
