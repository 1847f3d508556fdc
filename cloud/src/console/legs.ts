import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import { nextEscalation, type StandingLeg } from '../dispatch/climb.js';
import { legAddressColumn } from '../dispatch/leg-addresses.js';
import { loadMatters } from '../dispatch/load-matters.js';
import { standingLegs } from '../dispatch/timers.js';
import { listsOf } from './lists.js';
import type { LegView, SilentLeg } from './shapes.js';
import { unitRefs } from './unit-names.js';

/** The legs of each incident, in the order in which they were opened. */
export async function legsOfIncidents(
  trx: CloudTransaction,
  incidents: readonly string[],
): Promise<(incident: string) => readonly LegView[]> {
  const { rows } = await sql<Omit<LegView, 'toUnit'> & { incident: string }>`
    select l.incident_id as incident, l.leg_id as id, l.role, l.rung, ${legAddressColumn} as to, l.channel, l.state,
      l.queued_at as "queuedAt", l.sent_at as "sentAt", l.delivered_at as "deliveredAt", l.read_at as "readAt",
      l.acknowledged_at as "acknowledgedAt", l.accepted_at as "acceptedAt", l.ended_at as "endedAt",
      l.due_at as "dueAt", l.settle_at as "settleAt", l.attempts, l.reason, l.last_error as "lastError"
    from legs l
    where l.incident_id = any (${incidents}::uuid[])
    order by l.queued_at, l.role, l.rung, l.to_id, l.channel`.execute(trx);
  const unitOf = await unitRefs(
    trx,
    rows.map(({ to }) => to.unit),
  );
  return listsOf(rows.map(({ incident, ...leg }) => [incident, { ...leg, toUnit: unitOf(leg.to.unit) }]));
}

/** Of each incident the leg that climbs first while nobody answers, said before it does. */
export async function silentLegsOf(
  trx: CloudTransaction,
  incidents: readonly string[],
): Promise<(incident: string) => SilentLeg | null> {
  const legs = await standingLegs(trx, incidents);
  const running = [...legs].filter(([, ofIncident]) => ofIncident.some(({ dueAt }) => dueAt !== null));
  const matters = await loadMatters(
    trx,
    running.map(([incident]) => incident),
  );
  const found = matters.map((matter) => nextEscalation(matter, legs.get(matter.incident) ?? noLegs));
  const unitOf = await unitRefs(
    trx,
    found.flatMap((silent) => (silent?.next ?? []).map(({ unit }) => unit)),
  );
  const silent = new Map<string, SilentLeg>();
  for (const [index, { incident }] of matters.entries()) {
    const first = found[index];
    if (!first) continue;
    const next = first.next.map(({ kind, id, unit }) => ({ kind, id, unit: unitOf(unit) }));
    silent.set(incident, { role: first.role, rung: first.rung, escalatesAt: first.at, next });
  }
  return (incident) => silent.get(incident) ?? null;
}

const noLegs: readonly StandingLeg[] = [];
