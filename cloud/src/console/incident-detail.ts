import { AnGridError } from '@angrid/contract';
import { sql } from 'kysely';
import { allowedActions } from '../correlation/allowed-actions.js';
import type { IncidentAction } from '../correlation/incident-states.js';
import type { CloudTransaction } from '../database.js';
import type { Addressee } from '../dispatch/addressees.js';
import { incidentsById } from './incidents.js';
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
}

/** One incident with its log. Throws subject.not-found, also where the reader's scope does not hold it. */
export async function incidentDetail(
  trx: CloudTransaction,
  id: string,
  reader: { readonly person: Addressee; readonly mayAct: boolean },
): Promise<IncidentDetail> {
  const [incident] = await incidentsById(trx, [id]);
  if (!incident) throw new AnGridError('subject.not-found', { op: 'incident.read', subject: id });
  const { state, confirmedBy } = incident;
  const actions = reader.mayAct ? allowedActions({ state, confirmed: confirmedBy !== null }, reader.person) : [];
  return { ...incident, log: await logOf(trx, id), actions };
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
