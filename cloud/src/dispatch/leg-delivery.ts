import type { Session } from '../accounts/sessions.js';
import type { IncidentView } from '../console/shapes.js';
import type { CloudDatabase } from '../database.js';
import { systemScope, withScope } from '../platform/database/index.js';
import { isAddressee } from './addressees.js';
import { announceIncidents } from './announce-incidents.js';
import { allows } from './leg.js';
import { holdIncidentsOf, moveLegs } from './leg-rows.js';

/** On a list the addressee has it before the eyes; an opened incident has been read. */
export type Reception = 'delivered' | 'read';

/** The legs among `incidents` that have reached the person only now. */
export function newlyReceived(
  { account }: Session,
  incidents: readonly IncidentView[],
  reception: Reception,
): readonly string[] {
  return incidents.flatMap(({ legs }) => {
    const fresh = legs.filter(
      ({ channel, state, to }) => channel === 'console' && allows(state, reception) && isAddressee(to, account),
    );
    return fresh.map(({ id }) => id);
  });
}

/** Marks legs as delivered or read: a console of their addressee shows the incident. */
export async function markReceived(
  db: CloudDatabase,
  legs: readonly string[],
  { reception, now }: { readonly reception: Reception; readonly now: Date },
): Promise<void> {
  if (legs.length === 0) return;
  await withScope(db.service, systemScope('delivery'), async (trx) => {
    await holdIncidentsOf(trx, legs);
    const moved = await moveLegs(trx, legs, { type: reception }, now);
    await announceIncidents(trx, [...new Set(moved.map(({ incident }) => incident))], now);
  });
}
