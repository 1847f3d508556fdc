import type { Clock } from '@angrid/runtime';
import { sql } from 'kysely';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { systemScope, withScope } from '../platform/database/index.js';
import { LAST_RUNG } from './addressees.js';
import { openLeg } from './dispatch.js';
import { announceIncidents } from './leg-sender.js';

export interface LadderOptions {
  readonly db: CloudDatabase;
  readonly clock: Pick<Clock, 'wall'>;
  /** How long each rung has, ms. */
  readonly confirmMs: number;
}

interface Silent {
  readonly leg: string;
  readonly incident: string;
  readonly rung: number;
  readonly compound: { readonly id: string; readonly siteClass: 'art7' | 'art9'; readonly purpose: 'public-safety' };
  readonly decided: boolean;
  /** The next rung is not entitled to see it. */
  readonly last: boolean;
}

/**
 * An unconfirmed signal of severity 1 climbs: confirmers on duty, the station desk, all property managers. Each rung
 * has its time; a silent one is shown as timed out. Timers are rows, so that a restart goes on. No rung is an
 * officer's leg: only two sources or a person lead there. What is restricted ends at the last rung that is entitled.
 */
export async function climbLadders({ db, clock, confirmMs }: LadderOptions): Promise<number> {
  const now = new Date(clock.wall());
  return withScope(db.service, systemScope('ladder'), async (trx) => {
    const silent = await takeSilent(trx, now);
    for (const { leg, incident, rung, compound, decided, last } of silent) {
      const state = decided ? {} : { state: 'timed-out' as const };
      await trx
        .updateTable('legs')
        .set({ due_at: null, ...state })
        .where('leg_id', '=', leg)
        .execute();
      if (decided || last || rung >= LAST_RUNG) continue;
      const next = { incident, role: 'confirmer', rung: rung + 1, due: new Date(now.getTime() + confirmMs) } as const;
      await openLeg(trx, next, { compound, now });
    }
    await announceIncidents(trx, [...new Set(silent.map(({ incident }) => incident))], now);
    return silent.length;
  });
}

async function takeSilent(trx: CloudTransaction, now: Date): Promise<readonly Silent[]> {
  const { rows } = await sql<Silent>`
    select l.leg_id as leg, l.incident_id as incident, l.rung,
      json_build_object('id', c.compound_id, 'siteClass', c.site_class, 'purpose', c.purpose) as compound,
      i.confirmed_by is not null or i.state = 'closed' as decided,
      i.restricted and not c.restricted_to_managers and l.rung + 1 >= ${LAST_RUNG} as last
    from legs l
    join incidents i on i.incident_id = l.incident_id
    join compounds c on c.compound_id = l.compound_id
    where l.role = 'confirmer' and l.due_at <= ${now} and l.state in ('queued', 'sent', 'delivered')
    order by l.due_at
    limit 100
    for update of l, i skip locked`.execute(trx);
  return rows;
}
