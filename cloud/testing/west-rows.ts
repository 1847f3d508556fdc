import { randomUUID } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { VILLAGE } from './gateway-site.js';
import type { Town } from './town.js';

export const WEST_UNIT = `suxi/${VILLAGE}/west-b3`;
export const EAST_UNIT = `suxi/${VILLAGE}/east-b3`;

/** Ids of what stands in the west, by what it is. */
export type WestIds = Readonly<Record<WestName, string>>;
const made = [
  ...['account', 'grant', 'silence', 'exercise', 'quiet', 'list', 'consent', 'task', 'report', 'shift', 'change'],
  ...['course', 'target', 'command'],
] as const;
type WestName = (typeof made)[number] | ('incident' | 'other' | 'leg' | 'alert' | 'evidence' | 'gateway' | 'entry');

/** Puts a row of each kind into the west: whatever leaks to the east then shows. */
export async function furnishWest(town: Town): Promise<WestIds> {
  const { bench, west } = town;
  const raise = async (at: Date): Promise<string> => {
    const forced = { kind: 'door.forced', device: 'door', at } as const;
    await west.send('alarm', west.items.event(forced), west.items.alert(forced));
    return west.items.alertId(forced);
  };
  const alert = await raise(bench.now);
  const piece = west.items.evidence({ camera: 'cam', at: bench.now, alerts: [alert], bytes: Buffer.from('a picture') });
  await west.send('media', piece);
  bench.clock.jumpWall(3_600_000);
  await raise(bench.now);
  const incidents = await bench.rows(sql<{ incident: string; leg: string }>`
    select i.incident_id as incident, min(l.leg_id::text) as leg from incidents i join legs l using (incident_id)
    where i.compound_id = 'west' group by 1 order by min(i.opened_at)`);
  const [first, second] = incidents;
  const [account] = await bench.rows(
    sql<{ id: string }>`select account_id as id from accounts where login = 'the-outsider'`,
  );
  if (!first || !second || !account) throw new Error('the west has no two incidents or no officer');
  const fresh = Object.fromEntries(made.map((name) => [name, randomUUID()])) as Record<(typeof made)[number], string>;
  const ids = {
    ...fresh,
    account: account.id,
    incident: first.incident,
    other: second.incident,
    leg: first.leg,
    alert,
  };
  const whole = { ...ids, evidence: piece.data.evidence, gateway: west.gateway.id };
  for (const statement of rowsOf(whole, bench.now)) await bench.rows(statement);
  const [entry] = await bench.rows(
    sql<{ id: string }>`select entry_id::text as id from points_ledger where compound_id = 'west'`,
  );
  return { ...whole, entry: entry?.id ?? '' };
}

/** What neither the gateway nor its alerts bring. */
function rowsOf(ids: Omit<WestIds, 'entry'>, now: Date): readonly RawBuilder<unknown>[] {
  return [...ofSite(ids, now), ...ofPeople(ids, now), ...ofWork(ids, now)];
}

const later = (now: Date): Date => new Date(now.getTime() + 86_400_000);

function ofSite({ gateway, command }: Omit<WestIds, 'entry'>, now: Date): readonly RawBuilder<unknown>[] {
  const kept = sql`'alarm', 'west', 'art9'`;
  return [
    sql`insert into gateway_nonces values (${gateway}, 'west', 'n', ${later(now)})`,
    sql`insert into commands (command_id, compound_id, gateway_id, type, command, state, issued_at, expires_at)
      values (${command}, 'west', ${gateway}, 'config.apply', '{}', 'queued', ${now}, ${later(now)})`,
    sql`insert into gaps (gap_id, compound_id, gateway_id, of, first_sequence, last_sequence, reason, noticed_at,
        retention_class, purpose, site_class)
      values (gen_random_uuid(), 'west', ${gateway}, 'device', 1, 2, 'west', ${now}, ${kept})`,
    sql`insert into device_gaps (gap, compound_id, gateway_id, device_id, device_epoch, first_sequence, last_sequence, state,
        missing, after_at, before_at, noticed_at, changed_at, told_epoch, told_sequence, retention_class, purpose, site_class)
      values ('g', 'west', ${gateway}, 'door', 1, 1, 2, 'open', '[]', ${now}, ${now}, ${now}, ${now}, 1, 1, ${kept})`,
    sql`insert into outages (item_id, compound_id, gateway_id, device_id, away_from, away_to, late, backfilled, lost_count,
        lost, duplicates, rejected, certainty, reported_at, retention_class, purpose, site_class)
      values ('\\x01', 'west', ${gateway}, 'door', ${now}, ${now}, 0, 0, 0, '[]', 0, '[]', 'proved', ${now}, ${kept})`,
    sql`insert into telemetry (at, compound_id, unit_path, series, subject, count, sum, max)
      values (${now}, 'west', ${WEST_UNIT}, 'door.events', 'door', 1, 1, 1)`,
    sql`insert into floor_plans (compound_id, plan_id, name, media_type, width, height, picture, drawn_at)
      values ('west', 'ground', 'ground floor of the west', 'image/png', 1, 1, '\\x01', ${now})`,
    sql`insert into plan_spots (compound_id, device_id, plan_id, x, y) values ('west', 'door', 'ground', 0.5, 0.5)`,
    sql`insert into register_entries (compound_id, entry_id, register, name, kind, place_id, noted_at)
      values ('west', 'hydrant', 'facility', 'hydrant of the west', 'hydrant', 'gate', ${now})`,
    sql`insert into unit_members (compound_id, entry_id, tree_id, unit_id, valid)
      values ('west', 'hydrant', 'suxi', 'west-b3', tstzrange(${now}, null))`,
  ];
}

function ofPeople(ids: Omit<WestIds, 'entry'>, now: Date): readonly RawBuilder<unknown>[] {
  const { account, incident, leg, alert } = ids;
  return [
    sql`insert into evidence_grants (grant_id, compound_id, incident_id, account_id, reason, granted_at, expires_at)
      values (${ids.grant}, 'west', ${incident}, ${account}, 'of the west', ${now}, ${later(now)})`,
    sql`insert into live_grants (grant_id, compound_id, camera_id, account_id, role, reason, expires_at)
      values (${ids.grant}, 'west', 'cam', ${account}, 'police', 'of the west', ${later(now)})`,
    sql`insert into silences (silence_id, compound_id, kind, reason, author, created_at, starts_at, ends_at)
      values (${ids.silence}, 'west', 'silence', 'of the west', ${account}, ${now}, ${later(now)}, ${later(later(now))})`,
    sql`insert into exercises (exercise_id, compound_id, name, author, created_at, starts_at, ends_at)
      values (${ids.exercise}, 'west', 'drill of the west', ${account}, ${now}, ${now}, ${later(now)})`,
    sql`insert into exercise_members values (${ids.exercise}, 'west', ${account}, ${now})`,
    sql`insert into quiet_rules (quiet_id, compound_id, kinds, place_id, reason, author, created_at, expires_at)
      values (${ids.quiet}, 'west', '{tamper.reader}', 'gate', 'of the west', ${account}, ${now}, ${later(now)})`,
    sql`insert into channel_targets (target_id, channel, name, locale, shown, sealed, created_at, disabled_at)
      values (${ids.target}, 'wecom', 'a group', 'en', 'x', '\\x01', ${now}, ${now})`,
    sql`insert into leg_links (link_hash, leg_id, compound_id, target_id, created_at, expires_at)
      values ('l', ${leg}, 'west', ${ids.target}, ${now}, ${later(now)})`,
    sql`insert into reports (report_id, compound_id, unit_path, place_id, incident_id, alert, category, text, redacted, sealed,
        created_at)
      values (${ids.report}, 'west', ${WEST_UNIT}, 'gate', ${incident}, ${alert}, 'hazard', 'of the west', '{}', '\\x01', ${now})`,
  ];
}

function ofWork(ids: Omit<WestIds, 'entry'>, now: Date): readonly RawBuilder<unknown>[] {
  const { account } = ids;
  return [
    sql`insert into patrol_lists (list_id, compound_id, unit_path, name, of, windows, items, author, created_at)
      values (${ids.list}, 'west', ${WEST_UNIT}, 'round of the west', 'cameras', '{00:00-24:00}', '{cam}', ${account}, ${now})`,
    sql`insert into patrol_rounds (round_id, list_id, compound_id, unit_path, window_from, window_to, seen, account_id, signed_at)
      values (gen_random_uuid(), ${ids.list}, 'west', ${WEST_UNIT}, ${now}, ${later(now)}, '[]', ${account}, ${now})`,
    sql`insert into visits (visit_id, compound_id, unit_path, place_id, kind, account_id, at)
      values (gen_random_uuid(), 'west', ${WEST_UNIT}, 'gate', 'visit', ${account}, ${now})`,
    sql`insert into care_consents (consent_id, compound_id, unit_path, place_id, reference, recorded_by, recorded_at,
        expires_at, met_at)
      values (${ids.consent}, 'west', ${WEST_UNIT}, 'gate', 'west-1', ${account}, ${now}, ${later(now)}, ${now})`,
    sql`insert into live_grants (grant_id, compound_id, camera_id, account_id, role, reason, expires_at)
      values (gen_random_uuid(), 'west', 'cam', ${account}, 'police', 'of the west', ${later(now)})`,
    sql`insert into care_tasks (task_id, consent_id, compound_id, unit_path, place_id, raised_at, due_at)
      values (${ids.task}, ${ids.consent}, 'west', ${WEST_UNIT}, 'gate', ${now}, ${later(now)})`,
    sql`insert into points_ledger (fact_id, fact, subject_kind, compound_id, unit_path, points, playbook, earned_at, booked_at)
      values ('west', 'settled-in-time', 'unit', 'west', ${WEST_UNIT}, 1, 'jinhua@1', ${now}, ${now})`,
    sql`insert into training_courses (course_id, unit_path, title, held_on, attendance, playbook, author, recorded_at)
      values (${ids.course}, ${WEST_UNIT}, 'course of the west', '2026-03-01', '{}', 'jinhua@1', ${account}, ${now})`,
    sql`insert into roster_shifts (shift_id, unit_path, duty, account_id, days, hours, from_date)
      values (${ids.shift}, ${WEST_UNIT}, 'station-desk', ${account}, '{mon}', '08:00-20:00', '2026-01-01')`,
    sql`insert into roster_changes (change_id, kind, account_id, unit_path, duty, reason, author, starts_at, ends_at)
      values (${ids.change}, 'extra', ${account}, ${WEST_UNIT}, 'station-desk', 'of the west', ${account}, ${now}, ${later(now)})`,
    sql`insert into day_summaries (unit_path, day, text, figures, account_id, signed_at)
      values (${WEST_UNIT}, '2026-03-01', 'of the west', '{}', ${account}, ${now})`,
  ];
}
