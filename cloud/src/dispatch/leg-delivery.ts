import { sql } from 'kysely';
import type { Session } from '../accounts/sessions.js';
import type { IncidentView } from '../console/shapes.js';
import type { CloudDatabase } from '../database.js';
import { systemScope, withScope } from '../platform/database/index.js';
import { isAddressee } from './addressees.js';
import { announce } from './feed.js';

/** The legs among `incidents` that have reached the person only now. */
export function newlyDelivered(session: Session, incidents: readonly IncidentView[]): readonly string[] {
  const legs: string[] = [];
  for (const { legs: ofIncident } of incidents) {
    for (const leg of ofIncident) {
      const waiting = leg.channel === 'console' && (leg.state === 'queued' || leg.state === 'sent');
      if (waiting && isAddressee(leg, session.account)) legs.push(leg.id);
    }
  }
  return legs;
}

/** Marks legs as delivered: a console of their addressee holds the incident. */
export async function markDelivered(db: CloudDatabase, legs: readonly string[], now: Date): Promise<void> {
  if (legs.length === 0) return;
  await withScope(db.service, systemScope('delivery'), async (trx) => {
    const { rows } = await sql<{ incident: string; compound: string; unitPath: string | null }>`
      update legs set state = 'delivered', delivered_at = ${now}, sent_at = coalesce(sent_at, ${now})
      where leg_id = any (${legs}::uuid[]) and state in ('queued', 'sent')
      returning incident_id as incident, compound_id as compound, unit_path as "unitPath"`.execute(trx);
    const changed = [...new Map(rows.map((row) => [row.incident, row])).values()];
    const news = changed.map(({ incident, compound, unitPath }) => ({ subject: incident, compound, unitPath }));
    await announce(
      trx,
      news.map((entry) => ({ topic: 'incident', ...entry })),
      now,
    );
  });
}
