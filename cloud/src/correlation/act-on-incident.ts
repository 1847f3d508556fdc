import { AnGridError } from '@angrid/contract';
import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import { type Addressee, mayConfirm } from '../dispatch/addressees.js';
import { announceIncidents } from '../dispatch/announce-incidents.js';
import type { Governed } from '../dispatch/circumstances.js';
import type { Governance } from '../playbooks/governance.js';
import { dispatch } from '../dispatch/dispatch.js';
import { callMore, type MoreCalls } from '../dispatch/call-more.js';
import { answerLegs } from '../dispatch/answer-legs.js';
import { tellAgain } from '../dispatch/tell-again.js';
import { climbIncidents } from '../dispatch/timers.js';
import { stopAsking } from '../dispatch/leg-rows.js';
import { keptNote } from '../reports/free-text.js';
import { type ActedOn, isAllowed } from './allowed-actions.js';
import { notePerson } from './incident-log.js';
import { type IncidentAction, needsNote, stateAfter } from './incident-states.js';
import { confirmIncident } from './incidents.js';
import { practicesOf } from './practices.js';

export interface PersonAction extends MoreCalls {
  readonly incident: string;
  readonly action: IncidentAction;
  readonly note?: string | undefined;
  /** The version that the person saw. */
  readonly version: number;
}

export interface Acting extends Governed {
  readonly person: Addressee;
}

interface Incident extends ActedOn {
  readonly id: string;
  readonly version: number;
  readonly compound: string;
  readonly playbook: string | null;
}

/**
 * What a person does with an incident, in the person's own scope: state, owner, log, the person's legs, and whom it
 * calls. Throws subject.not-found, incident.wrong-state (also where somebody was faster), auth.forbidden and
 * input.invalid.
 */
export async function actOnIncident(trx: CloudTransaction, wish: PersonAction, acting: Acting): Promise<void> {
  const incident = await lockIncident(trx, wish.incident, acting.governance);
  const next = check(incident, wish, acting.person);
  const { person, now } = acting;
  const { action, to, units, deadline } = wish;
  const { note, redacted } = keptNote(wish.note);
  await trx
    .updateTable('incidents')
    .set({
      state: next,
      version: sql`version + 1`,
      ...(next === 'closed' ? { closed_at: now, false_alarm: action === 'false-alarm' } : {}),
      ...(action === 'reopen' ? { closed_at: null, false_alarm: false } : {}),
      ...ownership(incident, action, acting),
    })
    .where('incident_id', '=', incident.id)
    .execute();
  const detail = { from: incident.state, to, units, deadline, redacted };
  await notePerson(
    trx,
    { incident: incident.id, compound: incident.compound, actor: person.id, action, note, detail },
    now,
  );
  await answerLegs(trx, { incident: incident.id, action, note, to, person }, now);
  if (action === 'confirm') await confirmIncident(trx, incident.id, now);
  if (action === 'confirm') await dispatch(trx, [{ incident: incident.id }], acting);
  await callMore(trx, wish, acting);
  if (action === 'acknowledge' && mayConfirm(person)) await stopAsking(trx, incident.id);
  await climbIncidents(trx, [incident.id], acting);
  if (action === 'reopen') await tellAgain(trx, incident.id, acting);
  await announceIncidents(trx, [incident.id], now);
}

async function lockIncident(trx: CloudTransaction, id: string, governance: Governance): Promise<Incident> {
  const { rows } = await sql<Omit<Incident, 'practices'>>`
    select i.incident_id as id, i.state, i.confirmed_by is not null as confirmed, i.version, i.compound_id as compound,
      i.playbook, i.owner_id as owner, i.merged_into is not null as merged
    from incidents i
    where i.incident_id = ${id}
    for no key update of i`.execute(trx);
  const [incident] = rows;
  if (incident) return { ...incident, practices: practicesOf(incident.playbook, governance) };
  throw new AnGridError('subject.not-found', { op: 'incident.act', subject: id });
}

function check(
  incident: Incident,
  { action, note, version }: PersonAction,
  person: Addressee,
): NonNullable<ReturnType<typeof stateAfter>> {
  const next = stateAfter(incident.state, action);
  const wrong = (detail: string): AnGridError =>
    new AnGridError('incident.wrong-state', { op: 'incident.act', subject: incident.id, detail });
  if (version !== incident.version) throw wrong(`version ${incident.version}`);
  if (next === undefined) throw wrong(`${action}: ${incident.state}`);
  if (action === 'confirm' && incident.confirmed) throw wrong('confirmed');
  if (!isAllowed(incident, action, person)) {
    throw new AnGridError('auth.forbidden', { op: 'incident.act', subject: incident.id, detail: action });
  }
  if (needsNote(action) && (note ?? '').trim() === '') {
    throw new AnGridError('input.invalid', { op: 'incident.act', subject: incident.id, detail: 'note' });
  }
  return next;
}

/** Who takes it first owns it (首问责任、首接首办), until it comes back or is passed on with a reason. */
function ownership(
  { owner }: Incident,
  action: IncidentAction,
  { person, now }: Acting,
): { owner_id: string | null; owned_at: Date | null } | undefined {
  if (action === 'accept') return { owner_id: person.id, owned_at: now };
  const passes = action === 'return' || action === 'reopen' || (action === 'hand-over' && owner === person.id);
  return passes ? { owner_id: null, owned_at: null } : undefined;
}
