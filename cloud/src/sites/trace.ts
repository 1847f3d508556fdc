import { AnGridError, type Localized } from '@angrid/contract';
import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';

/** How far an alert has come, for the gateway that raised it. */
export interface Trace {
  readonly recordedAt: Date;
  readonly arrivedAt: Date;
  readonly place: { readonly id: string; readonly name: string } | null;
  readonly unitPath: string | null;
  readonly incident: string | null;
  readonly why: Localized | null;
  readonly legs: readonly TraceLeg[];
  readonly evidence: readonly { readonly id: string; readonly kind: string; readonly complete: boolean }[];
}

interface TraceLeg {
  readonly role: string;
  readonly state: string;
  readonly queuedAt: Date;
  readonly sentAt: Date | null;
  readonly acknowledgedAt: Date | null;
}

/** Throws subject.not-found, also for an alert of another gateway. Of a restricted alert: only that it has arrived. */
export async function traceAlert(trx: CloudTransaction, gateway: string, alert: string): Promise<Trace> {
  const { rows } = await sql<Omit<Trace, 'legs' | 'evidence'>>`
    select a.recorded_at as "recordedAt", a.arrived_at as "arrivedAt", a.unit_path as "unitPath",
      i.incident_id as incident, i.why,
      case when p.place_id is null then null else json_build_object('id', p.place_id, 'name', p.name) end as place
    from alerts a
    left join places p on p.compound_id = a.compound_id and p.place_id = a.place_id
    left join incidents i on i.incident_id = a.incident_id and not a.restricted
    where a.alert = ${alert} and a.gateway_id = ${gateway}`.execute(trx);
  const [found] = rows;
  if (!found) throw new AnGridError('subject.not-found', { op: 'sites.trace', subject: alert });
  return { ...found, legs: await legsOf(trx, found.incident), evidence: await evidenceOf(trx, alert) };
}

async function legsOf(trx: CloudTransaction, incident: string | null): Promise<readonly TraceLeg[]> {
  if (incident === null) return [];
  return trx
    .selectFrom('legs')
    .select(['role', 'state', 'queued_at as queuedAt', 'sent_at as sentAt', 'acknowledged_at as acknowledgedAt'])
    .where('incident_id', '=', incident)
    .orderBy('queued_at')
    .orderBy('leg_id')
    .execute();
}

async function evidenceOf(trx: CloudTransaction, alert: string): Promise<Trace['evidence']> {
  const { rows } = await sql<Trace['evidence'][number]>`
    select e.evidence as id, e.kind, e.complete_at is not null as complete
    from alert_evidence ae
    join evidence e on e.evidence = ae.evidence and e.compound_id = ae.compound_id
    join alerts a on a.alert = ae.alert and a.compound_id = ae.compound_id and not a.restricted
    where ae.alert = ${alert}
    order by e.span_from, e.evidence`.execute(trx);
  return rows;
}
