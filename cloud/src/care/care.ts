import { AnGridError, idSchema } from '@angrid/contract';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { CloudTransaction } from '../database.js';
import { unitOfPlace } from '../linking/places.js';
import { type Governance, playbookOf } from '../playbooks/governance.js';
import type { CarePractice } from './care-rule.js';

const DAY_MS = 86_400_000;
const LONGEST_DAYS = 366;
/** Kind of a place. */
const HOME = 'home';

/** A place and the number of the paper that the household signed: no name, here or anywhere. */
export const consentSchema = z.strictObject({
  compound: idSchema,
  place: idSchema,
  /** The paper lets the door of the home answer too. */
  door: z.boolean().default(false),
  reference: z.string().regex(/^[\p{L}\d./()（）〔〕-]{1,64}$/u, 'the number of a paper'),
  days: z.int().min(1).max(LONGEST_DAYS),
});
export type NewConsent = z.infer<typeof consentSchema>;

export const doneSchema = z.strictObject({ outcome: z.enum(['met', 'away', 'not-met']) });
export type VisitOutcome = z.infer<typeof doneSchema>['outcome'];

export interface ConsentView {
  readonly id: string;
  readonly compound: string;
  readonly place: string;
  readonly reference: string;
  readonly door: boolean;
  readonly recordedBy: string;
  readonly recordedAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  readonly metAt: Date;
}

export interface CareTaskView {
  readonly id: string;
  readonly compound: string;
  readonly place: string;
  readonly metAt: Date;
  readonly raisedAt: Date;
  readonly dueAt: Date;
  readonly attempts: number;
}

/** What a compound's playbook says of care; undefined where it knows none. */
export function practiceOf(governance: Governance, playbook: string | null): CarePractice | undefined {
  return playbookOf(governance, playbook).care;
}

/** Throws subject.not-found, subject.conflict where the place has one, and input.invalid where there is no care, or none by a door. */
export async function recordConsent(
  trx: CloudTransaction,
  { consent, account }: { readonly consent: NewConsent; readonly account: string },
  { governance, now }: { readonly governance: Governance; readonly now: Date },
): Promise<string> {
  const { compound, place, reference, days, door } = consent;
  const { rows } = await sql<{ playbook: string | null; kind: string; unit: string | null }>`
    select c.playbook, p.kind, (${unitOfPlace(sql`p.compound_id`, sql`p.place_id`, now)}) as unit
    from places p join compounds c on c.compound_id = p.compound_id
    where p.compound_id = ${compound} and p.place_id = ${place}`.execute(trx);
  const [found] = rows;
  if (!found || found.unit === null) throw new AnGridError('subject.not-found', { op: 'care.record', subject: place });
  const refused = whyRefused(practiceOf(governance, found.playbook), door, found.kind);
  if (refused !== undefined) throw new AnGridError('input.invalid', { op: 'care.record', detail: refused });
  await endExpired(trx, { compound, place }, now);
  const id = uuid();
  const written = await trx
    .insertInto('care_consents')
    .values({
      ...{ consent_id: id, compound_id: compound, unit_path: found.unit, place_id: place, reference },
      ...{ recorded_by: account, recorded_at: now, met_at: now, door },
      expires_at: new Date(now.getTime() + days * DAY_MS),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if ((written.numInsertedOrUpdatedRows ?? 0n) > 0n) return id;
  throw new AnGridError('subject.conflict', { op: 'care.record', subject: place, detail: 'there is a consent' });
}

/** The door of a home is passed by those who live there; a gate, by everybody. */
function whyRefused(practice: CarePractice | undefined, door: boolean, kind: string): string | undefined {
  if (!practice) return 'the playbook of the compound knows no care';
  if (door && practice.doors === undefined) return 'the playbook of the compound asks no doors';
  return door && kind !== HOME ? 'the place is no home: its door is not the household’s alone' : undefined;
}

/** A consent that ran out makes room for a new one. */
async function endExpired(trx: CloudTransaction, at: Pick<NewConsent, 'compound' | 'place'>, now: Date): Promise<void> {
  await sql`
    update care_consents set revoked_at = expires_at
    where compound_id = ${at.compound} and place_id = ${at.place} and revoked_at is null and expires_at <= ${now}`.execute(
    trx,
  );
}

/** From now on nothing is watched and nobody comes; a task that waits ends. Throws subject.not-found. */
export async function revokeConsent(
  trx: CloudTransaction,
  { id, account }: { readonly id: string; readonly account: string },
  now: Date,
): Promise<void> {
  const revoked = await trx
    .updateTable('care_consents')
    .set({ revoked_at: now, revoked_by: account })
    .where('consent_id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  if (revoked.numUpdatedRows === 0n) throw new AnGridError('subject.not-found', { op: 'care.revoke', subject: id });
  await trx
    .updateTable('care_tasks')
    .set({ done_at: now, outcome: 'revoked' })
    .where('consent_id', '=', id)
    .where('done_at', 'is', null)
    .execute();
}

/**
 * met: two days begin anew; so they do where the household is known to be away, and nobody was met. not-met: the task
 * stays. Throws subject.not-found.
 */
export async function answerTask(
  trx: CloudTransaction,
  { id, outcome, account }: { readonly id: string; readonly outcome: VisitOutcome; readonly account: string },
  now: Date,
): Promise<void> {
  const answer =
    outcome === 'not-met'
      ? sql`attempts = attempts + 1`
      : sql`done_at = ${now}, done_by = ${account}, outcome = ${outcome}`;
  const { rows } = await sql<{ consent: string }>`
    update care_tasks set ${answer} where task_id = ${id} and done_at is null returning consent_id as consent`.execute(
    trx,
  );
  const [task] = rows;
  if (!task) throw new AnGridError('subject.not-found', { op: 'care.answer', subject: id });
  if (outcome !== 'met') return;
  await trx.updateTable('care_consents').set({ met_at: now }).where('consent_id', '=', task.consent).execute();
}

export async function openTasks(trx: CloudTransaction): Promise<readonly CareTaskView[]> {
  const { rows } = await sql<CareTaskView>`
    select t.task_id as id, c.name as compound, coalesce(p.name, t.place_id) as place, k.met_at as "metAt",
      t.raised_at as "raisedAt", t.due_at as "dueAt", t.attempts
    from care_tasks t join care_consents k on k.consent_id = t.consent_id
    join compounds c on c.compound_id = t.compound_id
    left join places p on p.compound_id = t.compound_id and p.place_id = t.place_id
    where t.done_at is null order by t.due_at limit 200`.execute(trx);
  return rows;
}

export async function consents(trx: CloudTransaction): Promise<readonly ConsentView[]> {
  const { rows } = await sql<ConsentView>`
    select k.consent_id as id, c.name as compound, coalesce(p.name, k.place_id) as place, k.reference, k.door,
      a.label as "recordedBy", k.recorded_at as "recordedAt", k.expires_at as "expiresAt", k.revoked_at as "revokedAt",
      k.met_at as "metAt"
    from care_consents k join accounts a on a.account_id = k.recorded_by
    join compounds c on c.compound_id = k.compound_id
    left join places p on p.compound_id = k.compound_id and p.place_id = k.place_id
    order by k.revoked_at is not null, k.expires_at limit 500`.execute(trx);
  return rows;
}
