import { AnGridError, type Localized } from '@angrid/contract';
import { sql } from 'kysely';
import { allowedActions } from '../correlation/allowed-actions.js';
import type { IncidentAction } from '../correlation/incident-states.js';
import type { CloudTransaction } from '../database.js';
import { practicesOf } from '../correlation/practices.js';
import type { Governance } from '../playbooks/governance.js';
import type { Playbook } from '../playbooks/playbook.js';
import { type Addressee, isAddressee } from '../dispatch/addressees.js';
import { type HandOverChoice, handOverChoices } from '../dispatch/hand-over-choices.js';
import { type Knowledge, whoKnewWhen } from '../dispatch/knowledge.js';
import { type PlatformForm, stepsOf } from '../dispatch/platform-form.js';
import { wholeIncident } from './incidents.js';
import type { IncidentView } from './shapes.js';

export interface LogView {
  readonly at: Date;
  readonly actor: { readonly id: string; readonly label: string } | 'system';
  readonly action: string;
  readonly note: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface IncidentDetail extends IncidentView {
  readonly log: readonly LogView[];
  /** What the reader may do with it now. */
  readonly actions: readonly IncidentAction[];
  /** Who has taken it first, and has it until it is passed on. */
  readonly owner: { readonly id: string; readonly label: string; readonly since: Date | null } | null;
  /** id@version of the playbook by which it was dispatched first. */
  readonly playbook: string | null;
  readonly knowledge: readonly Knowledge[];
  /** The form of the four platforms: when each step was done last. */
  readonly steps: PlatformForm['steps'];
  /** Legs that the reader may answer by themselves. */
  readonly ownLegs: readonly string[];
  /** What the playbook calls its duties and departments. */
  readonly names: Readonly<Record<string, Localized>>;
  /** Whom it may be handed over to. */
  readonly choices: readonly HandOverChoice[];
  /** How long the playbook gives whom a person calls, ms: to the first answer, to the meeting, to the end of what is put right. */
  readonly within: Readonly<Record<'handOver' | 'consultation' | 'rectification', number | null>>;
}

/** One incident with its log. Throws subject.not-found, also where the reader's scope does not hold it. */
export async function incidentDetail(
  trx: CloudTransaction,
  id: string,
  reader: { readonly person: Addressee; readonly mayAct: boolean; readonly governance: Governance },
): Promise<IncidentDetail> {
  const incident = await wholeIncident(trx, id);
  if (!incident) throw new AnGridError('subject.not-found', { op: 'incident.read', subject: id });
  const { playbook, owner, merged } = await handlingOf(trx, id);
  const acted = {
    state: incident.state,
    confirmed: incident.confirmedBy !== null,
    owner: owner?.id ?? null,
    merged,
    practices: practicesOf(playbook, reader.governance),
  };
  const governing = reader.governance.playbooks.get(playbook?.split('@')[0] ?? '');
  const log = await logOf(trx, id);
  const mine = incident.legs.filter(({ to }) => reader.mayAct && isAddressee(to, reader.person));
  return {
    ...incident,
    log,
    actions: reader.mayAct ? allowedActions(acted, reader.person) : [],
    owner,
    playbook,
    knowledge: whoKnewWhen(incident.legs),
    steps: stepsOf(log),
    ownLegs: mine.map(({ id: leg }) => leg),
    names: namesOf(governing),
    choices: reader.mayAct ? await handOverChoices(trx, id, reader.governance) : [],
    within: timesOf(governing),
  };
}

function namesOf(playbook: Playbook | undefined): IncidentDetail['names'] {
  const named = Object.entries({ ...playbook?.departments, ...playbook?.duties });
  return Object.fromEntries(named.map(([id, { name }]) => [id, name]));
}

function timesOf(playbook: Playbook | undefined): IncidentDetail['within'] {
  const time = (part: { readonly within: number } | undefined): number | null => part?.within ?? null;
  return {
    handOver: time(playbook?.handOver),
    consultation: time(playbook?.consultation),
    rectification: time(playbook?.rectification),
  };
}

interface Handling extends Pick<IncidentDetail, 'owner' | 'playbook'> {
  readonly merged: boolean;
}

interface HandlingRow extends Pick<Handling, 'playbook' | 'merged'> {
  readonly id: string | null;
  readonly label: string | null;
  readonly since: Date | null;
}

async function handlingOf(trx: CloudTransaction, id: string): Promise<Handling> {
  const { rows } = await sql<HandlingRow>`
    select i.playbook, i.owner_id as id, a.label, i.owned_at as since, i.merged_into is not null as merged
    from incidents i left join accounts a on a.account_id = i.owner_id
    where i.incident_id = ${id}`.execute(trx);
  const [row] = rows;
  const owner = row?.id ? { id: row.id, label: row.label ?? row.id, since: row.since } : null;
  return { owner, playbook: row?.playbook ?? null, merged: row?.merged ?? false };
}

async function logOf(trx: CloudTransaction, incident: string): Promise<readonly LogView[]> {
  const { rows } = await sql<Omit<LogView, 'actor'> & { actor: string; label: string | null }>`
    select l.at, l.actor, a.label, l.action, l.note, l.detail
    from incident_log l left join accounts a on a.account_id::text = l.actor
    where l.incident_id = ${incident}
    order by l.log_id
    limit 1000`.execute(trx);
  return rows.map(({ actor, label, ...entry }) => ({
    ...entry,
    actor: actor === 'system' ? actor : { id: actor, label: label ?? actor },
  }));
}
