import { sql, type Transaction } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { Correlated } from '../correlation/correlate.js';
import type { IngestContext } from '../ingest/context.js';
import type { Database, LegRole } from '../schema.js';

/** 一警情三推送: the officer who handles it, the officer responsible for the place, the four platforms. */
const officerRoles = [
  'handling-officer',
  'responsible-officer',
  'four-platforms',
] as const satisfies readonly LegRole[];

type DispatchContext = Pick<IngestContext, 'compound' | 'now' | 'correlation'>;

/**
 * Opens the legs that an incident calls for now. Every device alert informs the property manager. Officers are called
 * only when two sources agree or a person has confirmed; no other path leads to their legs. An unconfirmed signal of
 * severity 1 goes to the confirmer on duty, with a timer on each rung. What is restricted goes to the entitled only,
 * and never out of the house.
 */
export async function dispatch(
  trx: Transaction<Database>,
  { incident, opened, confirmed, restricted }: Correlated,
  context: DispatchContext,
): Promise<void> {
  const informs = opened && (!restricted || (await managersEntitled(trx, context.compound.id)));
  if (informs) await openLeg(trx, { incident, role: 'property-manager' }, context);
  if (confirmed) return dispatchOfficers(trx, { incident, restricted }, context);
  await callConfirmer(trx, incident, context);
}

/** The three police legs. Reached from two agreeing sources and from a person's confirmation only. */
export async function dispatchOfficers(
  trx: Transaction<Database>,
  { incident, restricted }: Pick<Correlated, 'incident' | 'restricted'>,
  context: DispatchContext,
): Promise<void> {
  const roles = restricted ? officerRoles.filter((role) => role !== 'four-platforms') : officerRoles;
  for (const role of roles) await openLeg(trx, { incident, role }, context);
}

/** Whether each property manager of the compound may see what is restricted, or its confirmers alone. */
async function managersEntitled(trx: Transaction<Database>, compound: string): Promise<boolean> {
  const row = await trx
    .selectFrom('compounds')
    .select('restricted_to_managers as entitled')
    .where('compound_id', '=', compound)
    .executeTakeFirst();
  return row?.entitled ?? false;
}

async function callConfirmer(trx: Transaction<Database>, incident: string, context: DispatchContext): Promise<void> {
  const row = await trx
    .selectFrom('incidents')
    .select(['severity', 'confirmed_by'])
    .where('incident_id', '=', incident)
    .executeTakeFirstOrThrow();
  if (row.severity !== 1 || row.confirmed_by !== null) return;
  const due = new Date(context.now.getTime() + context.correlation.confirmMs);
  await openLeg(trx, { incident, role: 'confirmer', due }, context);
}

export interface NewLeg {
  readonly incident: string;
  readonly role: LegRole;
  readonly rung?: number;
  /** When silence on this leg becomes the next rung's matter. */
  readonly due?: Date;
}

/** Queues one leg, once: a second call for the same role and rung changes nothing. */
export async function openLeg(
  trx: Transaction<Database>,
  { incident, role, rung = 0, due }: NewLeg,
  { compound, now }: Pick<DispatchContext, 'compound' | 'now'>,
): Promise<void> {
  await trx
    .insertInto('legs')
    .values({
      leg_id: uuid(),
      incident_id: incident,
      compound_id: compound.id,
      unit_path: sql<string | null>`(select unit_path from incidents where incident_id = ${incident})`,
      role,
      rung,
      channel: role === 'four-platforms' ? 'webhook' : 'console',
      state: 'queued',
      account_id: null,
      queued_at: now,
      next_attempt_at: now,
      due_at: due ?? null,
      last_error: null,
    })
    .onConflict((conflict) => conflict.columns(['incident_id', 'role', 'rung']).doNothing())
    .execute();
}
