import type { Clock } from '@angrid/runtime';
import { sql } from 'kysely';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import type { Governance } from '../playbooks/governance.js';
import { systemScope, withScope } from '../platform/database/index.js';
import { announceIncidents } from './announce-incidents.js';
import { climb, type StandingLeg } from './climb.js';
import { circumstancesOf, type Governed } from './circumstances.js';
import { dispatch, openLegs } from './dispatch.js';
import type { NewLeg } from './leg-rows.js';
import { moveLegs, quietLegs } from './leg-rows.js';
import { loadMatters } from './load-matters.js';

const AT_ONCE = 100;

export interface TimersOptions {
  readonly db: CloudDatabase;
  readonly clock: Pick<Clock, 'wall'>;
  readonly governance: Governance;
}

/**
 * Fires the timers that are due, and pushes what a silence has held back: how many incidents. Timers are rows, so that
 * a restart goes on; several processes share them, each incident in one hand.
 */
export async function runTimers({ db, clock, governance }: TimersOptions): Promise<number> {
  const now = new Date(clock.wall());
  const governed = { governance, now };
  return withScope(db.service, systemScope('timers'), async (trx) => {
    const { rows } = await sql<{ incident: string; silenced: boolean }>`
      select i.incident_id as incident, i.silenced_until is not null and i.silenced_until <= ${now} as silenced
      from incidents i
      where i.incident_id in (
          select incident_id from legs where due_at <= ${now}
          union select incident_id from incidents where silenced_until <= ${now})
      order by i.incident_id
      limit ${AT_ONCE}
      for no key update of i skip locked`.execute(trx);
    const incidents = rows.map(({ incident }) => incident);
    await climbIncidents(trx, incidents, governed);
    const over = rows.filter(({ silenced }) => silenced).map(({ incident }) => incident);
    await endSilence(trx, over, governed);
    await announceIncidents(trx, incidents, now);
    return incidents.length;
  });
}

async function endSilence(trx: CloudTransaction, incidents: readonly string[], governed: Governed): Promise<void> {
  if (incidents.length === 0) return;
  await trx
    .updateTable('incidents')
    .set({ silenced_until: null })
    .where('incident_id', 'in', [...incidents])
    .execute();
  await dispatch(
    trx,
    incidents.map((incident) => ({ incident })),
    governed,
  );
}

/** Lets the ladders of these incidents go on as far as they may now. In the transaction that holds the incidents. */
export async function climbIncidents(
  trx: CloudTransaction,
  incidents: readonly string[],
  governed: Governed,
): Promise<void> {
  if (incidents.length === 0) return;
  const { now } = governed;
  const matters = await loadMatters(trx, incidents);
  const legsOf = await standingLegs(trx, incidents);
  const { onDuty } = await circumstancesOf(trx, matters, governed);
  const timedOut: string[] = [];
  const quiet: string[] = [];
  const opens: NewLeg[] = [];
  for (const matter of matters) {
    const found = climb(matter, legsOf.get(matter.incident) ?? [], { now, onDuty });
    timedOut.push(...found.timedOut);
    quiet.push(...found.quiet);
    opens.push(...found.opens.map((leg) => ({ ...leg, matter })));
  }
  await moveLegs(trx, timedOut, { type: 'timed-out' }, now);
  await quietLegs(trx, quiet);
  await openLegs(trx, opens, now);
}

type Standing = StandingLeg & { readonly incident: string };

/** The legs of incidents as their ladders see them. */
export async function standingLegs(
  trx: CloudTransaction,
  incidents: readonly string[],
): Promise<ReadonlyMap<string, readonly StandingLeg[]>> {
  const { rows } = await sql<Standing>`
    select incident_id as incident, leg_id as id, role, rung, state, due_at as "dueAt", ladder, asks
    from legs where incident_id = any (${[...incidents]}::uuid[])
    order by queued_at, role, rung, leg_id`.execute(trx);
  const legs = new Map<string, Standing[]>();
  for (const row of rows) legs.set(row.incident, [...(legs.get(row.incident) ?? []), row]);
  return legs;
}
