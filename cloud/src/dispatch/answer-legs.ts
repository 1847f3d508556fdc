import { AnGridError } from '@angrid/contract';
import { notePerson } from '../correlation/incident-log.js';
import type { IncidentAction } from '../correlation/incident-states.js';
import type { CloudTransaction } from '../database.js';
import { keptNote } from '../reports/free-text.js';
import { type Addressee, isAddressee } from './addressees.js';
import { announceIncidents } from './announce-incidents.js';
import { legAddresses } from './leg-addresses.js';
import type { LegEvent } from './leg.js';
import { holdIncidentsOf, moveLegs } from './leg-rows.js';
import type { Governed } from './circumstances.js';
import { climbIncidents } from './timers.js';

export interface Answer {
  readonly incident: string;
  readonly action: IncidentAction;
  readonly note?: string | undefined;
  /** Whom it is handed over to. */
  readonly to?: unknown;
  readonly person: Addressee;
}

/** What a person does with an incident is the answer to the legs that are the person's. */
export async function answerLegs(trx: CloudTransaction, answer: Answer, now: Date): Promise<void> {
  const event = eventOf(answer);
  if (event === undefined) return;
  const legs = await legAddresses(trx, answer.incident);
  const mine = legs.filter(({ to, role }) => role !== RECTIFICATION && isAddressee(to, answer.person));
  await moveLegs(
    trx,
    mine.map(({ id }) => id),
    event,
    now,
  );
}

/** It has a deadline of its own and is answered by itself. */
export const RECTIFICATION = 'rectification';

function eventOf({ action, note = '', to, person }: Answer): LegEvent | undefined {
  const by = person.id;
  switch (action) {
    case 'acknowledge':
      return { type: 'acknowledged', by };
    case 'accept':
      return { type: 'accepted', by };
    case 'resolve':
      return { type: 'resolved', by };
    case 'return':
      return { type: 'returned', by, reason: note };
    case 'hand-over':
      return to === undefined ? undefined : { type: 'handed-over', by, reason: note };
    case 'assign':
    case 'close':
    case 'call-back':
    case 'confirm':
    case 'reopen':
    case 'false-alarm':
    case 'consult':
    case 'rectify':
    case 'note':
      return undefined;
  }
}

export const legAnswers = ['acknowledged', 'accepted', 'resolved', 'returned'] as const;

export interface LegAnswer {
  readonly incident: string;
  readonly leg: string;
  readonly answer: (typeof legAnswers)[number];
  readonly note?: string | undefined;
}

/**
 * A person answers one leg, such as a rectification, and the incident stays as it is. Throws subject.not-found,
 * auth.forbidden where it is another's, leg.wrong-step, and input.invalid where a return has no reason.
 */
export async function answerLeg(
  trx: CloudTransaction,
  { incident, leg, answer, note: written }: LegAnswer,
  { person, ...governed }: Governed & { readonly person: Addressee },
): Promise<void> {
  const { now } = governed;
  const fault = { op: 'leg.answer', subject: leg };
  const found = (await legAddresses(trx, incident)).find(({ id }) => id === leg);
  if (!found) throw new AnGridError('subject.not-found', fault);
  if (!isAddressee(found.to, person)) throw new AnGridError('auth.forbidden', fault);
  const { note, redacted } = keptNote(written);
  if (answer === 'returned' && note === undefined) throw new AnGridError('input.invalid', { ...fault, detail: 'note' });
  const by = person.id;
  const event: LegEvent = answer === 'returned' ? { type: answer, by, reason: note ?? '' } : { type: answer, by };
  await holdIncidentsOf(trx, [leg]);
  const moved = await moveLegs(trx, [leg], event, now);
  if (moved.length === 0) throw new AnGridError('leg.wrong-step', { ...fault, detail: answer });
  const { compound, role } = found;
  const detail = { leg, role, redacted };
  await notePerson(trx, { incident, compound, actor: by, action: `leg-${answer}`, note, detail }, now);
  await climbIncidents(trx, [incident], governed);
  await announceIncidents(trx, [incident], now);
}
