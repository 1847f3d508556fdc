import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import type { Playbook } from '../playbooks/playbook.js';
import type { ChannelKind } from '../playbooks/routing.js';
import type { LegAddress } from './addressees.js';
import { RECTIFICATION } from './answer-legs.js';
import { nextRung } from './call-more.js';
import { circumstancesOf, type Governed } from './circumstances.js';
import { openLegs } from './dispatch.js';
import { legAddressColumn } from './leg-addresses.js';
import type { LegState } from './leg.js';
import { loadMatters } from './load-matters.js';
import { type Opening, openRung, type PlannedLadder } from './plan.js';
import { recipientAt } from './recipients.js';

const REOPENED = 'reopened';

/** A push as it was told before. */
export interface ToldBefore {
  readonly rung: number;
  readonly state: LegState;
  readonly to: Pick<LegAddress, 'kind' | 'id' | 'unit'>;
  readonly channel: ChannelKind;
  readonly ladder: PlannedLadder | null;
  /** ms; null where it had no time for an answer. */
  readonly within: number | null;
  /** ms; null where it had no time for the end. */
  readonly settle: number | null;
}

/** What was settled is open again: pushes of their own for those who are to know, from now on. */
export async function tellAgain(trx: CloudTransaction, incident: string, governed: Governed): Promise<void> {
  const [matter] = await loadMatters(trx, [incident]);
  if (!matter) return;
  const { playbookOf, onDuty } = await circumstancesOf(trx, [matter], governed);
  const told = await toldBefore(trx, incident);
  const rung = await nextRung(trx, incident, REOPENED);
  const legs = openingsAgain(playbookOf(matter), told, rung).flatMap((opening) => openRung(opening, matter, onDuty));
  await openLegs(
    trx,
    legs.map((leg) => ({ ...leg, matter })),
    governed.now,
  );
}

/**
 * Those who settled it have it again, each on the way, in the time and with the ladder of the first push; where nobody's
 * push was settled, those who were told first.
 */
export function openingsAgain(playbook: Playbook, told: readonly ToldBefore[], rung: number): readonly Opening[] {
  const settled = told.filter(({ state }) => state === 'resolved');
  const again = settled.length > 0 ? settled : told.filter((leg) => leg.rung === 0);
  return again.map((leg) => ({
    role: REOPENED,
    rung,
    to: [recipientAt(playbook, leg.to)],
    channels: [leg.channel],
    within: leg.within ?? undefined,
    settle: leg.settle ?? undefined,
    ladder: rungsAbove(leg, rung),
  }));
}

/** What followed the push, numbered on from the new one. */
function rungsAbove({ ladder, rung: from }: ToldBefore, base: number): PlannedLadder | null {
  const higher = ladder?.rungs.filter(({ rung }) => rung > from) ?? [];
  if (!ladder || higher.length === 0) return null;
  return { ...ladder, rungs: higher.map((rung, index) => ({ ...rung, rung: base + index + 1 })) };
}

async function toldBefore(trx: CloudTransaction, incident: string): Promise<readonly ToldBefore[]> {
  const { rows } = await sql<ToldBefore>`
    select l.rung, l.state, ${legAddressColumn} as to, l.channel, l.ladder,
      (extract(epoch from l.answer_by - l.queued_at) * 1000)::double precision as within,
      (extract(epoch from l.settle_at - l.queued_at) * 1000)::double precision as settle
    from legs l where l.incident_id = ${incident} and l.role <> ${RECTIFICATION}
    order by l.queued_at, l.leg_id`.execute(trx);
  return rows;
}
