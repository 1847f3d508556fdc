import { AnGridError, type Purpose, type SiteClass } from '@angrid/contract';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { newToken, tokenHash } from '../accounts/token.js';
import type { SealingBox } from '../channels/sealing.js';
import { correlateBatch, lockCompound } from '../correlation/correlate-batch.js';
import type { AlertFact } from '../correlation/facts.js';
import { notePerson } from '../correlation/incident-log.js';
import { incidentNews } from '../correlation/incident-news.js';
import type { CloudTransaction } from '../database.js';
import type { Governed } from '../dispatch/circumstances.js';
import { dispatch } from '../dispatch/dispatch.js';
import { announce } from '../dispatch/feed.js';
import { unitOfPlace } from '../linking/places.js';
import { newCode } from './code.js';
import { lowestAbove } from './lowest-above.js';
import { redact, type Redacted } from './redact.js';
import { type ReportInput, reportKinds, whyReported } from './report.js';

/** In place of a gateway and a device: an id that neither can have. */
export const PEOPLE = '@people';
const UPLOAD_MS = 15 * 60_000;

export interface NewReport extends ReportInput {
  readonly compound: string;
  /** Account of somebody on duty; null: nobody knows who. */
  readonly reporter: string | null;
}

export interface Filing extends Governed {
  readonly box: SealingBox;
}

export interface FiledReport {
  readonly report: string;
  readonly incident: string;
  /** With it the same browser sends a picture, once and soon. */
  readonly upload: string;
  /** By which the reporter asks how it stands. */
  readonly code: string | null;
}

interface Site {
  readonly id: string;
  readonly siteClass: SiteClass;
  readonly purpose: Purpose;
  readonly place: string | null;
  readonly unitPath: string | null;
}

/**
 * A person's word becomes a matter: an alert, its incident, which is confirmed by that word, and the legs that the playbook
 * calls for. All in one transaction. Throws subject.not-found where there is no such compound or place.
 */
export async function fileReport(trx: CloudTransaction, report: NewReport, filing: Filing): Promise<FiledReport> {
  const { now } = filing;
  const site = await siteOf(trx, report, now);
  const id = uuid();
  const fact = factOf(report, site, { id, now });
  await lockCompound(trx, site.id);
  const decisions = await correlateBatch(trx, [fact], { compound: site, now });
  const incident = decisions.placements.find(({ alert }) => alert === fact.alert)?.incident;
  if (!incident) throw new AnGridError('subject.conflict', { op: 'report.file', subject: id });
  await storeAlert(trx, { ...fact, incident }, site, now);
  const redacted = redact(report.text);
  const tokens = { upload: newToken(), code: report.wantsCode ? newCode() : null };
  const filed = { report: id, incident, ...tokens };
  await nameMatter(trx, { incident, report, site });
  await storeReport(trx, { report, site, redacted, filed }, filing);
  await noteReport(trx, { report, site, redacted, filed }, now);
  await dispatch(trx, decisions.correlated, filing);
  const news = { subject: fact.alert, compound: site.id, unitPath: site.unitPath };
  await announce(trx, [{ topic: 'alert', ...news }, ...incidentNews(decisions, site.id)], now);
  return filed;
}

/** Where a report names no place, or one of no unit, its unit is the lowest that holds all places of the compound. */
async function siteOf(trx: CloudTransaction, { compound, place }: NewReport, now: Date): Promise<Site> {
  const unitOf = (where: string) => unitOfPlace(sql.ref(`${where}.compound_id`), sql.ref(`${where}.place_id`), now);
  const { rows } = await sql<Site & { readonly around: readonly (string | null)[] }>`
    select c.compound_id as id, c.site_class as "siteClass", c.purpose, p.name as place, (${unitOf('p')}) as "unitPath",
      array(select distinct (${unitOf('q')}) from places q where q.compound_id = c.compound_id) as around
    from compounds c
    left join places p on p.compound_id = c.compound_id and p.place_id = ${place}
    where c.compound_id = ${compound}`.execute(trx);
  const [row] = rows;
  if (row && (place === null || row.place !== null)) {
    const { around, ...site } = row;
    return { ...site, unitPath: site.unitPath ?? lowestAbove(around) };
  }
  throw new AnGridError('subject.not-found', { op: 'report.file', subject: place ?? compound });
}

function factOf(
  { category, place }: NewReport,
  { unitPath }: Site,
  { id, now }: { readonly id: string; readonly now: Date },
): AlertFact {
  const { event: kind, severity } = reportKinds[category];
  return {
    ...{ alert: `report-${id}`, device: PEOPLE, kind, severity, standing: 'alert', source: 'person' },
    ...{ placeId: place, unitPath, at: now.getTime() },
    ...{ late: false, exercise: false, restricted: false, clearedAt: null, incident: null, heldUntil: null },
  };
}

async function storeAlert(trx: CloudTransaction, fact: AlertFact, site: Site, now: Date): Promise<void> {
  const { alert, device, kind, severity, standing, source, placeId, unitPath, incident } = fact;
  await trx
    .insertInto('alerts')
    .values({
      ...{ alert, compound_id: site.id, gateway_id: PEOPLE, device_id: device, place_id: placeId },
      ...{ unit_path: unitPath, channel: null, kind, rule: 'person', severity, state: 'active' },
      ...{ standing, source_kind: source, late: false, exercise: false, event_ids: [], started_at: now },
      ...{ recorded_at: now, arrived_at: now, incident_id: incident },
      ...{ retention_class: 'alarm', purpose: site.purpose, site_class: site.siteClass },
    })
    .execute();
}

interface Named {
  readonly incident: string;
  readonly report: NewReport;
  readonly site: Site;
}

async function nameMatter(trx: CloudTransaction, { incident, report, site }: Named): Promise<void> {
  const why = whyReported(report.category, site.place, report.reporter !== null);
  await trx
    .updateTable('incidents')
    .set({ source_kind: 'person', category: report.category, why: JSON.stringify(why) })
    .where('incident_id', '=', incident)
    .execute();
}

interface Stored {
  readonly report: NewReport;
  readonly site: Site;
  readonly redacted: Redacted;
  readonly filed: FiledReport;
}

async function storeReport(
  trx: CloudTransaction,
  { report, site, redacted, filed }: Stored,
  { box, now }: Filing,
): Promise<void> {
  const { code, upload } = filed;
  await trx
    .insertInto('reports')
    .values({
      ...{ report_id: filed.report, compound_id: site.id, unit_path: site.unitPath, place_id: report.place },
      ...{ incident_id: filed.incident, alert: `report-${filed.report}`, category: report.category },
      ...{ text: redacted.text, redacted: JSON.stringify(redacted.counts) },
      sealed: box.seal(report.text, sealedFor(filed.report)),
      code_hash: code === null ? null : tokenHash(code),
      reporter: report.reporter,
      upload_hash: tokenHash(upload),
      upload_until: new Date(now.getTime() + UPLOAD_MS),
      created_at: now,
    })
    .execute();
}

/** What a sealed text belongs to: it opens for no other report. */
export function sealedFor(report: string): string {
  return `report/${report}`;
}

async function noteReport(trx: CloudTransaction, { report, redacted, filed, site }: Stored, now: Date): Promise<void> {
  const detail = { report: filed.report, category: report.category, redacted: redacted.counts };
  const step = { incident: filed.incident, compound: site.id, action: 'reported', note: redacted.text, detail };
  await notePerson(trx, { ...step, actor: report.reporter ?? 'system' }, now);
}
