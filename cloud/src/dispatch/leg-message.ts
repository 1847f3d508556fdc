import { kindDefinition, type EventKind } from '@angrid/contract';
import { sql } from 'kysely';
import type { LegMessage } from '../channels/channel.js';
import { unitRefs } from '../console/unit-names.js';
import type { CloudTransaction } from '../database.js';
import { type Logged, type PlatformForm, stepsOf } from './platform-form.js';

interface Row extends Omit<LegMessage, 'kind' | 'kindTitle' | 'unit' | 'form'> {
  readonly kind: EventKind;
  readonly unitPath: string | null;
  readonly source: string;
  readonly category: string | null;
  readonly police: boolean | null;
  readonly log: readonly { readonly action: string; readonly at: string }[];
}

/** What is told of each incident: where and what, never a picture and never a person. */
export async function legMessages(
  trx: CloudTransaction,
  incidents: readonly string[],
): Promise<ReadonlyMap<string, LegMessage>> {
  if (incidents.length === 0) return new Map();
  const { rows } = await sql<Row>`
    select i.incident_id as incident, i.kind, i.severity, i.state, i.exercise, i.why, i.confirmed_by as "confirmedBy",
      i.opened_at as "openedAt", json_build_object('id', c.compound_id, 'name', c.name) as compound, p.name as place,
      i.unit_path as "unitPath", i.source_kind as source, i.category, i.police,
      (select coalesce(json_agg(json_build_object('action', l.action, 'at', l.at) order by l.log_id), '[]')
        from incident_log l where l.incident_id = i.incident_id) as log
    from incidents i
    join compounds c on c.compound_id = i.compound_id
    left join places p on p.compound_id = i.compound_id and p.place_id = i.place_id
    where i.incident_id = any (${[...incidents]}::uuid[])`.execute(trx);
  const unitOf = await unitRefs(
    trx,
    rows.map(({ unitPath }) => unitPath),
  );
  return new Map(
    rows.map(({ unitPath, source, category, police, log, ...facts }) => {
      const steps = stepsOf(log.map(loggedOf));
      const form: PlatformForm = { number: facts.incident, source, category, police, steps };
      const message = {
        ...facts,
        kindTitle: kindDefinition(facts.kind).title,
        unit: unitOf(unitPath),
        form: { ...form },
      };
      return [facts.incident, message];
    }),
  );
}

function loggedOf({ action, at }: { readonly action: string; readonly at: string }): Logged {
  return { action, at: new Date(at) };
}
