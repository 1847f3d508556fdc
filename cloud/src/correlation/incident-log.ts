import type { CloudTransaction } from '../database.js';
import { send } from '../platform/database/index.js';

/** What a person has done with an incident; `actor` is an account, or the group that a link was given to. */
export interface PersonStep {
  readonly incident: string;
  readonly compound: string;
  readonly actor: string;
  readonly action: string;
  /** Redacted already. */
  readonly note?: string | undefined;
  readonly detail: Readonly<Record<string, unknown>>;
}

export async function notePerson(trx: CloudTransaction, step: PersonStep, now: Date): Promise<void> {
  const { incident, compound, actor, action, note = null, detail } = step;
  await trx
    .insertInto('incident_log')
    .values({
      ...{ incident_id: incident, compound_id: compound, at: now, actor, action, note },
      detail: JSON.stringify(detail),
    })
    .execute();
}

/** What the system itself has done with an incident. */
export interface SystemStep {
  readonly incident: string;
  readonly compound: string;
  readonly action: string;
  readonly detail: unknown;
}

/** Notes them all. One statement. */
export async function noteSteps(trx: CloudTransaction, steps: readonly SystemStep[], now: Date): Promise<void> {
  if (steps.length === 0) return;
  await send(trx)`
    insert into incident_log (incident_id, compound_id, action, detail, at, actor)
    select *, ${now}::timestamptz, 'system' from unnest(
      ${steps.map(({ incident }) => incident)}::uuid[],
      ${steps.map(({ compound }) => compound)}::text[],
      ${steps.map(({ action }) => action)}::text[],
      ${steps.map(({ detail }) => JSON.stringify(detail))}::jsonb[])`;
}
