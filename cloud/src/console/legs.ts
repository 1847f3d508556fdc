import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import type { LegState } from '../schema.js';
import type { IncidentView, LegView } from './shapes.js';

/** The legs of each incident, in the order in which they were opened. */
export async function legsOfIncidents(
  trx: CloudTransaction,
  incidents: readonly string[],
): Promise<(incident: string) => readonly LegView[]> {
  const { rows } = await sql<LegView & { incident: string }>`
    select incident_id as incident, leg_id as id, role, rung, channel, state, queued_at as "queuedAt",
      sent_at as "sentAt", delivered_at as "deliveredAt", acknowledged_at as "acknowledgedAt", due_at as "dueAt",
      attempts, last_error as "lastError"
    from legs
    where incident_id = any (${incidents}::uuid[])
    order by queued_at, role, rung`.execute(trx);
  const legs = new Map<string, LegView[]>();
  for (const { incident, ...leg } of rows) legs.set(incident, [...(legs.get(incident) ?? []), leg]);
  return (incident) => legs.get(incident) ?? [];
}

const silent: readonly LegState[] = ['queued', 'sent', 'delivered'];

/** The first leg whose timer runs out while nobody answers. */
export function silentLegOf(legs: readonly LegView[]): IncidentView['silentLeg'] {
  let first: IncidentView['silentLeg'] = null;
  for (const { role, state, dueAt } of legs) {
    if (dueAt === null || !silent.includes(state)) continue;
    if (first === null || dueAt < first.escalatesAt) first = { role, escalatesAt: dueAt };
  }
  return first;
}
