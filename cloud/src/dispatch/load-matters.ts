import type { EventKind, Severity } from '@angrid/contract';
import { sql } from 'kysely';
import { isSettled } from '../correlation/settled.js';
import type { CloudTransaction } from '../database.js';
import { reportCategories } from '../playbooks/playbook.js';
import type { MatterSource } from '../playbooks/routing.js';
import type { IncidentState } from '../schema.js';
import type { Matter, UnitAt } from './matter.js';

/** A matter with what decides by which playbook and in which hours it is handled. */
export interface LoadedMatter extends Matter {
  readonly zone: string;
  /** Id of the compound's playbook; null: the standard one. */
  readonly playbook: string | null;
  readonly state: IncidentState;
  readonly silencedUntil: Date | null;
}

interface Row {
  readonly incident: string;
  readonly compound: string;
  readonly source: MatterSource;
  readonly kind: EventKind;
  readonly category: string | null;
  readonly severity: Severity;
  readonly confirmed: boolean;
  readonly signals: Matter['signals'];
  readonly exercise: boolean;
  readonly restricted: boolean;
  readonly managersEntitled: boolean;
  readonly state: IncidentState;
  readonly unitPath: string | null;
  readonly territory: string | null;
  readonly zone: string;
  readonly playbook: string | null;
  readonly silencedUntil: Date | null;
}

/** The incidents with their units, in two statements. What is not in scope is not there. */
export async function loadMatters(
  trx: CloudTransaction,
  incidents: readonly string[],
): Promise<readonly LoadedMatter[]> {
  if (incidents.length === 0) return [];
  const { rows } = await sql<Row>`
    select i.incident_id as incident, i.compound_id as compound, i.source_kind as source, i.kind, i.category, i.severity,
      i.confirmed_by is not null as confirmed, i.exercise, i.restricted,
      c.restricted_to_managers as "managersEntitled", i.state, i.unit_path as "unitPath", c.timezone as zone,
      c.playbook, i.silenced_until as "silencedUntil",
      (select coalesce(json_agg(distinct jsonb_build_object('device', a.device_id, 'kind', a.kind)), '[]')
        from alerts a where a.incident_id = i.incident_id and a.standing = 'alert' and not a.late) as signals,
      (select u.path from place_units pu join units u on u.unit_id = pu.unit_id join trees t on t.tree_id = pu.tree_id
        where pu.compound_id = i.compound_id and pu.place_id = i.place_id and upper_inf(pu.valid)
        order by t.purpose = 'police' desc, t.precedence, t.tree_id limit 1) as territory
    from incidents i join compounds c on c.compound_id = i.compound_id
    where i.incident_id = any (${[...incidents]}::uuid[])
    order by i.incident_id`.execute(trx);
  const lineageOf = await lineages(
    trx,
    rows.flatMap(({ unitPath, territory }) => [unitPath, territory]),
  );
  return rows.map((row) => matterOf(row, lineageOf));
}

function matterOf(row: Row, lineageOf: (path: string | null) => readonly UnitAt[]): LoadedMatter {
  const { kind, category, unitPath, territory, ...facts } = row;
  return {
    ...facts,
    ...(facts.source === 'person' ? chosen(category) : { event: kind }),
    over: isSettled(row.state),
    own: lineageOf(unitPath),
    territory: lineageOf(territory),
  };
}

/** What a person reports bears a category of the report form or, once it is classified, of the playbook. */
function chosen(category: string | null): Pick<Matter, 'category' | 'report'> {
  if (category === null) return {};
  const report = reportCategories.find((known) => known === category);
  return { category, ...(report === undefined ? {} : { report }) };
}

async function lineages(
  trx: CloudTransaction,
  paths: readonly (string | null)[],
): Promise<(path: string | null) => readonly UnitAt[]> {
  const above = [...new Set(paths.flatMap((path) => (path === null ? [] : prefixesOf(path))))];
  if (above.length === 0) return () => [];
  const units = await trx.selectFrom('units').select(['path', 'level']).where('path', 'in', above).execute();
  const levels = new Map(units.map(({ path, level }) => [path, level]));
  return (path) =>
    (path === null ? [] : prefixesOf(path)).flatMap((prefix) => {
      const level = levels.get(prefix);
      return level === undefined ? [] : [{ path: prefix, level }];
    });
}

/** `a/b/c`: a, a/b, a/b/c. */
function prefixesOf(path: string): readonly string[] {
  const ids = path.split('/');
  return ids.map((_, index) => ids.slice(0, index + 1).join('/'));
}
