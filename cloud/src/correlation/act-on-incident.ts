import { AnGridError } from '@angrid/contract';
import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import { type Addressee, isAddressee, mayConfirm } from '../dispatch/addressees.js';
import { dispatchOfficers } from '../dispatch/dispatch.js';
import { announce } from '../dispatch/feed.js';
import type { CorrelationSettings, IngestContext } from '../ingest/context.js';
import type { IncidentState, LegState } from '../schema.js';
import { isAllowed } from './allowed-actions.js';
import { type IncidentAction, needsNote, stateAfter } from './incident-states.js';
import { confirmIncident } from './incidents.js';

export interface PersonAction {
  readonly incident: string;
  readonly action: IncidentAction;
  readonly note?: string | undefined;
  /** The version that the person saw. */
  readonly version: number;
}

export interface Acting {
  readonly person: Addressee & { readonly id: string };
  readonly now: Date;
  readonly correlation: CorrelationSettings;
}

interface Incident {
  readonly id: string;
  readonly state: IncidentState;
  readonly confirmed: boolean;
  readonly version: number;
  readonly unitPath: string | null;
  readonly restricted: boolean;
  readonly compound: IngestContext['compound'];
}

/**
 * What a person does with an incident, in the person's own scope: state, log, the person's legs, and the officers'
 * legs after a confirmation. Throws subject.not-found, incident.wrong-state (also where somebody was faster),
 * auth.forbidden and input.invalid.
 */
export async function actOnIncident(trx: CloudTransaction, wish: PersonAction, acting: Acting): Promise<void> {
  const incident = await lockIncident(trx, wish.incident);
  const next = check(incident, wish, acting.person);
  await trx
    .updateTable('incidents')
    .set({
      state: next,
      version: sql`version + 1`,
      ...(next === 'closed' ? { closed_at: acting.now } : {}),
      ...(wish.action === 'false-alarm' ? { false_alarm: true } : {}),
    })
    .where('incident_id', '=', incident.id)
    .execute();
  await writeLog(trx, incident, wish, acting);
  await moveLegs(trx, incident, wish.action, acting);
  if (wish.action === 'confirm') await confirm(trx, incident, acting);
  if (endsLadder(wish.action, acting.person)) await stopLadder(trx, incident.id);
  const news = { topic: 'incident', subject: incident.id, compound: incident.compound.id } as const;
  const { unitPath, restricted } = incident;
  await announce(trx, [{ ...news, unitPath, restricted }], acting.now);
}

async function lockIncident(trx: CloudTransaction, id: string): Promise<Incident> {
  const { rows } = await sql<Incident>`
    select i.incident_id as id, i.state, i.confirmed_by is not null as confirmed, i.version, i.unit_path as "unitPath", i.restricted,
      json_build_object('id', c.compound_id, 'siteClass', c.site_class, 'purpose', c.purpose) as compound
    from incidents i join compounds c on c.compound_id = i.compound_id
    where i.incident_id = ${id}
    for update of i`.execute(trx);
  const [incident] = rows;
  if (incident) return incident;
  throw new AnGridError('subject.not-found', { op: 'incident.act', subject: id });
}

function check(incident: Incident, { action, note, version }: PersonAction, person: Addressee): IncidentState {
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

async function writeLog(
  trx: CloudTransaction,
  incident: Incident,
  { action, note }: PersonAction,
  { person, now }: Acting,
): Promise<void> {
  await trx
    .insertInto('incident_log')
    .values({
      incident_id: incident.id,
      compound_id: incident.compound.id,
      at: now,
      actor: person.id,
      action,
      note: note === undefined || note.trim() === '' ? null : note,
      detail: JSON.stringify({ from: incident.state }),
    })
    .execute();
}

const legStates: Partial<Record<IncidentAction, LegState>> = {
  acknowledge: 'acknowledged',
  accept: 'accepted',
  resolve: 'resolved',
  return: 'returned',
};
/** A leg only goes on: who accepts first and acknowledges later has accepted. */
const rank: readonly LegState[] = [
  'queued',
  'sent',
  'delivered',
  'failed',
  'timed-out',
  'acknowledged',
  'accepted',
  'returned',
  'resolved',
];

/** The legs that are addressed to the person take the answer. */
async function moveLegs(
  trx: CloudTransaction,
  incident: Incident,
  action: IncidentAction,
  { person, now }: Acting,
): Promise<void> {
  const state = legStates[action];
  if (state === undefined) return;
  const legs = await trx
    .selectFrom('legs')
    .select(['leg_id', 'role', 'rung', 'state'])
    .where('incident_id', '=', incident.id)
    .where('channel', '=', 'console')
    .execute();
  const mine = legs.filter((leg) => isAddressee(leg, person) && rank.indexOf(leg.state) < rank.indexOf(state));
  if (mine.length === 0) return;
  await trx
    .updateTable('legs')
    .set({
      state,
      account_id: person.id,
      due_at: null,
      delivered_at: sql<Date>`coalesce(delivered_at, ${now})`,
      acknowledged_at: sql<Date>`coalesce(acknowledged_at, ${now})`,
    })
    .where(
      'leg_id',
      'in',
      mine.map(({ leg_id: id }) => id),
    )
    .execute();
}

async function confirm(trx: CloudTransaction, incident: Incident, { now, correlation }: Acting): Promise<void> {
  const { id, compound, restricted } = incident;
  await confirmIncident(trx, id, now);
  await dispatchOfficers(trx, { incident: id, restricted }, { compound, now, correlation });
}

/** A person who could decide has looked, or nothing is left to decide: no further rung is called. */
function endsLadder(action: IncidentAction, person: Addressee): boolean {
  if (action === 'confirm' || action === 'false-alarm' || action === 'close') return true;
  return action === 'acknowledge' && mayConfirm(person);
}

async function stopLadder(trx: CloudTransaction, incident: string): Promise<void> {
  await trx
    .updateTable('legs')
    .set({ due_at: null })
    .where('incident_id', '=', incident)
    .where('due_at', 'is not', null)
    .execute();
}
