import { AnGridError, kindDefinition, type EventKind } from '@angrid/contract';
import { sql } from 'kysely';
import { unitRefs } from '../../console/unit-names.js';
import type { CloudTransaction } from '../../database.js';
import type { CapIncident } from './cap.js';

interface Row extends Omit<CapIncident, 'kind' | 'kindTitle' | 'unitNames'> {
  readonly kind: EventKind;
  readonly unitPath: string | null;
}

/** Throws subject.not-found, also where the reader's scope does not hold it. */
export async function capIncident(trx: CloudTransaction, id: string): Promise<CapIncident> {
  const { rows } = await sql<Row>`
    select i.incident_id as id, i.kind, i.severity, i.confirmed_by is not null as confirmed,
      i.false_alarm as "falseAlarm", i.state = 'closed' as closed, i.exercise, i.why, i.opened_at as "openedAt",
      json_build_object('name', c.name, 'timezone', c.timezone) as compound, p.name as place, i.unit_path as "unitPath",
      coalesce((select jsonb_path_query_array(codes, '$[*] ? (!exists(@.formerSince))') from units u
        where u.path = i.unit_path), '[]') as codes,
      array(select l.at from incident_log l where l.incident_id = i.incident_id and l.action = any (${changing})
        order by l.log_id limit 500) as changes
    from incidents i
    join compounds c on c.compound_id = i.compound_id
    left join places p on p.compound_id = i.compound_id and p.place_id = i.place_id
    where i.incident_id = ${id}`.execute(trx);
  const [row] = rows;
  if (!row) throw new AnGridError('subject.not-found', { op: 'cap.read', subject: id });
  const { unitPath, ...facts } = row;
  const unit = (await unitRefs(trx, [unitPath]))(unitPath);
  return { ...facts, kindTitle: kindDefinition(row.kind).title, unitNames: unit?.names ?? [] };
}

/** Entries of the log after which another message is due. */
const changing = [
  'confirm',
  'acknowledge',
  'assign',
  'accept',
  'resolve',
  'close',
  'return',
  'call-back',
  'reopen',
  'false-alarm',
];
