import { type RawBuilder, sql } from 'kysely';
import { defaultRetentionDays } from '../units/retention.js';

/** Rows of one transaction. */
export const AT_ONCE = 20_000;

export interface Expiry {
  readonly table: string;
  /** Deletes at most AT_ONCE rows. */
  readonly statement: RawBuilder<unknown>;
}

const DEFAULT_DAYS = defaultRetentionDays.configuration;
/** A replay is asked for and looked at; what was decided on it stands in the rule sets. */
const REPLAY_DAYS = 90;

/**
 * What people decided and had on record: of a compound as long as its class `configuration`, and of none, such as the
 * record of a unit, as long as that class lasts by default.
 */
export function expiredRecords(cutoffs: RawBuilder<unknown>, now: Date): readonly Expiry[] {
  const ofCompound = (table: string, at: RawBuilder<unknown>, only = sql`true`): Expiry => ({
    table,
    statement: sql`
      delete from ${sql.table(table)} where ctid = any (array(
        select t.ctid from ${sql.table(table)} t
        join (${cutoffs}) c on c.compound_id = t.compound_id and c.retention_class = 'configuration'
        where ${at} < c.before and ${only} limit ${AT_ONCE}))`,
  });
  const ofNone = (table: string, at: RawBuilder<unknown>, { days = DEFAULT_DAYS, only = sql`true` } = {}): Expiry => ({
    table,
    statement: sql`
      delete from ${sql.table(table)} where ctid = any (array(
        select t.ctid from ${sql.table(table)} t
        where ${at} < ${now}::timestamptz - make_interval(days => ${days}) and ${only} limit ${AT_ONCE}))`,
  });
  return [
    ofCompound('silences', sql`t.ends_at`),
    ofCompound('exercises', sql`t.ends_at`),
    ofCompound('quiet_rules', sql`coalesce(t.ended_at, t.expires_at)`),
    ofCompound('enrolment_codes', sql`t.expires_at`),
    ofCompound(
      'register_entries',
      sql`t.removed_at`,
      sql`not exists (
      select from unit_members m where m.compound_id = t.compound_id and m.entry_id = t.entry_id)`,
    ),
    ofCompound(
      'patrol_lists',
      sql`t.ended_at`,
      sql`not exists (select from patrol_rounds r where r.list_id = t.list_id)`,
    ),
    // A correction goes before what it corrects.
    ofNone('points_ledger', sql`t.earned_at`, {
      only: sql`not exists (select from points_ledger c where c.corrects = t.entry_id)`,
    }),
    ofNone('training_courses', sql`t.held_on`),
    ofNone('day_summaries', sql`t.day`),
    ofNone('roster_shifts', sql`t.to_date`),
    ofNone('roster_changes', sql`t.ends_at`),
    ofNone('overlay_switches', sql`t.ends_at`),
    ofNone('rule_replays', sql`t.created_at`, { days: REPLAY_DAYS }),
    ofNone('account_links', sql`t.expires_at`, { days: 1 }),
    ofNone('sessions', sql`t.expires_at`, { days: 1 }),
    ofNone('live_grants', sql`t.expires_at`, { days: 1 }),
  ];
}

/** Tables with a time whose rows go otherwise. */
export const goOtherwise: Readonly<Record<string, string>> = {
  care_tasks: 'with their consent',
  exercise_members: 'with their exercise',
  feed_batches: 'after two days, by the sequencer',
  gateway_nonces: 'when they hold no longer, with the next one',
  leg_links: 'when they have expired, by a job',
  reports: 'with their incident',
  telemetry: 'as long as telemetry.keepFor says, by its store',
};

/** Tables with a time whose rows are kept, and why. */
export const kept: Readonly<Record<string, string>> = {
  accounts: 'who is named in a record stays known by the label of the account',
  audit_log: 'a chain from which nothing can be taken; it holds no picture, and of free text only reasons',
  audit_root_posts: 'that the witness was told of it',
  audit_roots: 'what the witness holds is compared with it',
  channel_targets: 'what is set up; no record',
  compounds: 'what is set up; no record',
  device_places: 'where a device stood when its alert came',
  devices: 'what an alert or a picture came from keeps its name',
  floor_plans: 'a picture of a house, until somebody deletes or replaces it',
  gateways: 'whose key has signed what came',
  lane_heads: 'where the numbers of a lane go on: one row each',
  place_units: 'whose place it was when something happened there',
  playbook_versions: 'by what an incident was handled: it names its version',
  second_factors: 'what is set up; no record',
  rule_sets: 'by which rules an incident was opened',
  unit_members: 'which house was of which group, and when',
  unit_versions: 'the history of the grid, which is public',
  units: 'the grid',
};
