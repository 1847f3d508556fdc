import { kindDefinition, type EventKind, type Localized } from '@angrid/contract';
import { sql } from 'kysely';
import { unitRefs } from '../console/unit-names.js';
import type { CloudTransaction } from '../database.js';

/** What the four platforms are told: where and what, never a picture and never a person. */
export interface LegMessage {
  readonly type: 'incident.confirmed';
  readonly timestamp: Date;
  readonly data: {
    readonly incident: string;
    readonly kind: EventKind;
    readonly kindTitle: Localized;
    readonly severity: number;
    readonly why: Localized;
    readonly confirmedBy: string | null;
    readonly openedAt: Date;
    readonly compound: { readonly id: string; readonly name: string };
    readonly place: string | null;
    readonly unit: { readonly path: string; readonly names: readonly string[] } | null;
  };
}

interface Row {
  readonly incident: string;
  readonly kind: EventKind;
  readonly severity: number;
  readonly why: Localized;
  readonly confirmedBy: string | null;
  readonly openedAt: Date;
  readonly compound: { readonly id: string; readonly name: string };
  readonly place: string | null;
  readonly unitPath: string | null;
}

export async function legMessage(trx: CloudTransaction, incident: string): Promise<LegMessage> {
  const { rows } = await sql<Row>`
    select i.incident_id as incident, i.kind, i.severity, i.why, i.confirmed_by as "confirmedBy",
      i.opened_at as "openedAt", json_build_object('id', c.compound_id, 'name', c.name) as compound, p.name as place,
      i.unit_path as "unitPath"
    from incidents i
    join compounds c on c.compound_id = i.compound_id
    left join places p on p.compound_id = i.compound_id and p.place_id = i.place_id
    where i.incident_id = ${incident}`.execute(trx);
  const [row] = rows;
  if (!row) throw new TypeError('a leg has no incident');
  const { unitPath, ...facts } = row;
  const unitOf = await unitRefs(trx, [unitPath]);
  const data = { ...facts, kindTitle: kindDefinition(row.kind).title, unit: unitOf(unitPath) };
  return { type: 'incident.confirmed', timestamp: row.openedAt, data };
}
