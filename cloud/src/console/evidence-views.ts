import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import { listsOf } from './lists.js';
import type { EvidenceView } from './shapes.js';

/** The evidence of each incident's alerts, the earliest first: what is known of it, never its bytes. */
export async function evidenceOfIncidents(
  trx: CloudTransaction,
  incidents: readonly string[],
  mostOfEach: number,
): Promise<(incident: string) => readonly EvidenceView[]> {
  const { rows } = await sql<EvidenceView & { incident: string }>`
    select of.incident_id as incident, e.evidence as id, e.kind,
      json_build_object('id', e.camera_id, 'name', coalesce(d.name, e.camera_id)) as camera,
      e.span_from as "spanFrom", e.span_to as "spanTo", e.bytes, e.complete_at is not null as complete, e.sha256,
      e.media_type as "mediaType", coalesce((e.descriptor ->> 'masks')::integer, 0) as masks,
      coalesce((e.descriptor ->> 'shortPreRoll')::boolean, false) as "shortPreRoll",
      coalesce((e.descriptor ->> 'offsetMs')::integer, 0) as "offsetMs", e.descriptor ? 'original' as "hasOriginal",
      e.descriptor -> 'grant' ->> 'id' as "grantId", e.thumbnail is not null as "hasThumbnail"
    from (
      select incident_id, evidence, row_number() over (partition by incident_id order by span_from, evidence) as nth
      from (
        select distinct a.incident_id, piece.evidence, piece.span_from
        from alerts a
        join alert_evidence ae on ae.alert = a.alert
        join evidence piece on piece.evidence = ae.evidence
        where a.incident_id = any (${incidents}::uuid[])) each) of
    join evidence e on e.evidence = of.evidence
    left join devices d on d.compound_id = e.compound_id and d.device_id = e.camera_id
    where of.nth <= ${mostOfEach}
    order by of.incident_id, of.nth`.execute(trx);
  return listsOf(rows.map(({ incident, ...piece }) => [incident, piece]));
}
