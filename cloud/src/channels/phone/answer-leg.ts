import { AnGridError } from '@angrid/contract';
import { sql } from 'kysely';
import { newToken, tokenHash } from '../../accounts/token.js';
import type { CloudTransaction } from '../../database.js';
import { notePerson } from '../../correlation/incident-log.js';
import { stateAfter } from '../../correlation/incident-states.js';
import { announceIncidents } from '../../dispatch/announce-incidents.js';
import type { Governed } from '../../dispatch/circumstances.js';
import type { LegEvent } from '../../dispatch/leg.js';
import { moveLegs, stopAsking } from '../../dispatch/leg-rows.js';
import { climbIncidents } from '../../dispatch/timers.js';
import { keptNote } from '../../reports/free-text.js';
import { isPossible, legEvents, type OpenLink, type PhoneAction, spentBy } from './leg-page.js';

export interface PhoneAnswer {
  readonly action: PhoneAction;
  /** Why it comes back. */
  readonly note: string | undefined;
  /** Secret of this browser, where it has answered before. */
  readonly holder: string | undefined;
}

/**
 * Answers the leg of the link, and every other push to the same recipient: state, log, ladder. The first answer spends
 * the link: its secret, which is returned, is the browser's that goes on. Throws leg-link.spent, incident.wrong-state
 * and input.invalid.
 */
export async function answerByLink(
  trx: CloudTransaction,
  link: OpenLink,
  { action, note: written, holder }: PhoneAnswer,
  governed: Governed,
): Promise<string | undefined> {
  const { now } = governed;
  const fault = { op: 'leg-link.answer', subject: link.incident };
  if (spentBy(link, holder) === 'elsewhere') throw new AnGridError('leg-link.spent', fault);
  const next = stateAfter(link.incidentState, action);
  if (next === undefined || !isPossible(link, action)) throw new AnGridError('incident.wrong-state', fault);
  const { note, redacted } = keptNote(written);
  if (action === 'return' && note === undefined) throw new AnGridError('input.invalid', { ...fault, detail: 'note' });
  const event: LegEvent = action === 'return' ? { type: 'returned', reason: note ?? '' } : { type: legEvents[action] };
  await moveLegs(trx, await sameRecipient(trx, link.leg), event, now);
  await trx
    .updateTable('incidents')
    .set({ state: next, version: sql`version + 1` })
    .where('incident_id', '=', link.incident)
    .execute();
  const { incident, compound, incidentState: from, leg } = link;
  const detail = { from, leg, by: 'link', redacted };
  await notePerson(trx, { incident, compound, actor: actorOf(link), action, note, detail }, now);
  if (link.asks) await stopAsking(trx, incident);
  await climbIncidents(trx, [link.incident], governed);
  await announceIncidents(trx, [link.incident], now);
  return link.holderHash === null ? spend(trx, link, now) : undefined;
}

/** The group has been told on several ways; an answer on one of them is its answer. */
async function sameRecipient(trx: CloudTransaction, leg: string): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select o.leg_id as id
    from legs l
    join legs o on o.incident_id = l.incident_id and o.role = l.role and o.rung = l.rung and o.to_kind = l.to_kind
      and o.to_id = l.to_id and o.to_unit is not distinct from l.to_unit
    where l.leg_id = ${leg}`.execute(trx);
  return rows.map(({ id }) => id);
}

/** Somebody of the group that was told; who, nobody knows. */
export function actorOf({ target }: Pick<OpenLink, 'target'>): string {
  return `link:${target}`;
}

async function spend(trx: CloudTransaction, { linkHash }: OpenLink, now: Date): Promise<string> {
  const secret = newToken();
  await trx
    .updateTable('leg_links')
    .set({ holder_hash: tokenHash(secret), spent_at: now })
    .where('link_hash', '=', linkHash)
    .execute();
  return secret;
}
