import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { CloudDatabase } from '../database.js';
import type { EvidenceFiles } from '../evidence/evidence-files.js';
import { systemScope, withScope } from '../platform/database/index.js';
import type { Database } from '../schema.js';
import { AT_ONCE, expiredRecords, type Expiry } from './records.js';

export interface Expiring {
  readonly db: CloudDatabase;
  readonly files: EvidenceFiles;
  readonly now: Date;
}

/**
 * Deletes what each compound keeps no longer, by the class of each row. Time counts from when it arrived: the clock of a
 * gateway may be wrong. How many rows of which table went.
 */
export async function expire(expiring: Expiring): Promise<Readonly<Record<string, number>>> {
  const { db, now } = expiring;
  return db.asOwner(async (owner) => {
    const work = <T>(of: (trx: Transaction<Database>) => Promise<T>) => withScope(owner, systemScope('retention'), of);
    const deleted: Record<string, number> = { evidence: await expireEvidence(expiring) };
    const soonest = await work((trx) => soonestCutoff(trx, now));
    for (const { table, statement } of statements(now, soonest)) {
      deleted[table] = await repeat(() => work((trx) => run(trx, statement)));
    }
    return deleted;
  });
}

/** `compound_id, retention_class, before`: what arrived before that time is kept no longer. */
function cutoffsAt(now: Date): RawBuilder<unknown> {
  return sql`select compound_id, retention_class, ${now}::timestamptz - make_interval(days => days) as before
    from retention_days`;
}

/** Nothing that was recorded after it can have expired, where clocks are right. */
async function soonestCutoff(trx: Transaction<Database>, now: Date): Promise<Date> {
  const { rows } = await sql<{ before: Date | null }>`select max(before) as before from (${cutoffsAt(now)}) c`.execute(
    trx,
  );
  return rows[0]?.before ?? new Date(0);
}

/** What hangs on an incident goes before it. */
function statements(now: Date, soonest: Date): readonly Expiry[] {
  const cutoffs = cutoffsAt(now);
  return [
    ...expiredRecords(cutoffs, now),
    { table: 'events', statement: expiredEvents(cutoffs, soonest, now) },
    { table: 'alerts', statement: expiredRows('alerts', sql`t.arrived_at`, cutoffs) },
    { table: 'gaps', statement: expiredRows('gaps', sql`t.noticed_at`, cutoffs) },
    { table: 'device_gaps', statement: expiredRows('device_gaps', sql`t.changed_at`, cutoffs) },
    { table: 'outages', statement: expiredRows('outages', sql`t.reported_at`, cutoffs) },
    ...PARTS_OF_INCIDENTS.map((table) => ({ table, statement: expiredParts(table, cutoffs) })),
    { table: 'incidents', statement: expiredIncidents(cutoffs) },
    { table: 'commands', statement: expiredConfiguration('commands', sql`t.finished_at`, cutoffs) },
    { table: 'patrol_rounds', statement: expiredConfiguration('patrol_rounds', sql`t.window_to`, cutoffs) },
    { table: 'visits', statement: expiredConfiguration('visits', sql`t.at`, cutoffs) },
    { table: 'care_consents', statement: expiredConfiguration('care_consents', consentEnded, cutoffs) },
    { table: 'site_configs', statement: expiredConfiguration('site_configs', replacedAt, cutoffs) },
  ];
}

/** The bounds of recorded_at pass over the partitions in which nothing can be; the upper one is for clocks far ahead. */
function expiredEvents(cutoffs: RawBuilder<unknown>, soonest: Date, now: Date): RawBuilder<unknown> {
  return sql`
    delete from events where (recorded_at, id) in (
      select t.recorded_at, t.id from events t
      join (${cutoffs}) c on c.compound_id = t.compound_id and c.retention_class = t.retention_class
      where t.arrived_at < c.before and (t.recorded_at < ${soonest} or t.recorded_at > ${now})
      limit ${AT_ONCE})`;
}

function expiredRows(table: string, at: RawBuilder<unknown>, cutoffs: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    delete from ${sql.table(table)} where ctid = any (array(
      select t.ctid from ${sql.table(table)} t
      join (${cutoffs}) c on c.compound_id = t.compound_id and c.retention_class = t.retention_class
      where ${at} < c.before limit ${AT_ONCE}))`;
}

const PARTS_OF_INCIDENTS = ['evidence_grants', 'incident_log', 'legs'] as const;

const hasExpired = sql`i.last_alert_at < c.before and i.opened_at < c.before`;

function expiredParts(table: string, cutoffs: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    delete from ${sql.table(table)} where ctid = any (array(
      select t.ctid from ${sql.table(table)} t
      join incidents i on i.incident_id = t.incident_id
      join (${cutoffs}) c on c.compound_id = i.compound_id and c.retention_class = i.retention_class
      where ${hasExpired} limit ${AT_ONCE}))`;
}

function expiredIncidents(cutoffs: RawBuilder<unknown>): RawBuilder<unknown> {
  const parts = PARTS_OF_INCIDENTS.map((table) => sql`select incident_id from ${sql.table(table)}`);
  return sql`
    delete from incidents where ctid = any (array(
      select i.ctid from incidents i
      join (${cutoffs}) c on c.compound_id = i.compound_id and c.retention_class = i.retention_class
      where ${hasExpired}
        and not exists (select 1 from (${sql.join(parts, sql` union all `)}) p where p.incident_id = i.incident_id)
      limit ${AT_ONCE}))`;
}

/** Its tasks go with it. */
const consentEnded = sql`coalesce(t.revoked_at, t.expires_at)`;

/** When a site configuration was replaced by the next one; null for the one that holds. */
const replacedAt = sql`(
  select n.created_at from site_configs n where n.compound_id = t.compound_id and n.version = t.version + 1)`;

function expiredConfiguration(
  table: string,
  at: RawBuilder<unknown>,
  cutoffs: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`
    delete from ${sql.table(table)} where ctid = any (array(
      select t.ctid from ${sql.table(table)} t
      join (${cutoffs}) c on c.compound_id = t.compound_id and c.retention_class = 'configuration'
      where ${at} < c.before limit ${AT_ONCE}))`;
}

async function run(trx: Transaction<Database>, statement: RawBuilder<unknown>): Promise<number> {
  return Number((await statement.execute(trx)).numAffectedRows ?? 0n);
}

/** Until a round deletes less than a full one. */
async function repeat(round: () => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const deleted = await round();
    total += deleted;
    if (deleted < AT_ONCE) return total;
  }
}

interface OldPiece {
  readonly compound: string;
  readonly evidence: string;
  readonly sha256: string;
  /** Another piece that is kept has the same bytes. */
  readonly shared: boolean;
}

/**
 * What is past its time, and unmasked originals whose grant has ended. The bytes go before the row that tells of them,
 * so that no file is left that nobody knows.
 */
async function expireEvidence({ db, files, now }: Expiring): Promise<number> {
  let total = 0;
  for (;;) {
    const old = await withScope(db.service, systemScope('retention'), (trx) => oldEvidence(trx, now));
    for (const { shared, ...piece } of old) await files.remove(piece, { shared });
    await withScope(db.service, systemScope('retention'), async (trx) => {
      for (const { compound, evidence } of old)
        await trx.deleteFrom('evidence').where('evidence', '=', evidence).where('compound_id', '=', compound).execute();
    });
    total += old.length;
    if (old.length < AT_ONCE) return total;
  }
}

async function oldEvidence(trx: Transaction<Database>, now: Date): Promise<readonly OldPiece[]> {
  const { rows } = await sql<OldPiece>`
    with old as materialized (
      select e.compound_id, e.evidence, e.sha256 from evidence e
      join (${cutoffsAt(now)}) c on c.compound_id = e.compound_id and c.retention_class = e.retention_class
      where e.arrived_at < c.before or (e.descriptor -> 'grant' ->> 'expiresAt')::timestamptz < ${now}
      limit ${AT_ONCE})
    select old.compound_id as compound, old.evidence, old.sha256, exists (
      select from evidence o
      where o.compound_id = old.compound_id and o.sha256 = old.sha256
        and not exists (select from old x where x.compound_id = o.compound_id and x.evidence = o.evidence)) as shared
    from old`.execute(trx);
  return rows;
}
