import { monthOf } from '@angrid/cloud/retention/event-partitions';

/** Half a year: what is kept of a passage. */
const DAYS = 170;
const MONTHS = 6;
/** Incidents that are not closed: a wall holds no more of them because more have been. */
const OPEN = 400;
/** Rows that an incident leaves behind, with the passages between it and the next one. */
const LEAVES = { incidents: 1, alerts: 4, events: 10, legs: 2, incident_log: 3 } as const;
const PER_INCIDENT = Object.values(LEAVES).reduce((sum, rows) => sum + rows, 0);

/** What an event says besides its columns. */
const eventData = JSON.stringify({
  ...{ kind: 'access.granted', device: 'panel-1', channel: '1', direction: 'in', method: 'card', result: 'granted' },
  dedup: { rule: 'sequence', key: 'b3a1f0c2|184467' },
  credential: { pseudonym: 'c2f3d4a5b6978877665544332211', epoch: '2026-01-01' },
  deviceTime: { wall: '2026-01-01T08:00:00.000+08:00', zone: 'Asia/Shanghai', zoneBy: 'profile' },
  gatewayTime: { wall: '2026-01-01T00:00:00.412Z', monotonicMs: 184467440, boot: '5f0c7c1e-4f0e-4c7a-9b1a' },
});
const why = JSON.stringify({
  'zh-CN': '同一门在 60 秒内：门被强行打开，设备被拆动',
  en: 'One door within 60 seconds: forced open, and its device tampered with',
});

/**
 * Fills the tables of a cloud whose `panels` (registry.ts) are there with the past of `rows` rows, at an even pace, over
 * all panels by chance; nearly all of it is closed. Foreign keys are not checked: what they point to is written with it.
 */
export function history(rows: number, now: Date): readonly string[] {
  return [
    `set session_replication_role = replica`,
    `set synchronous_commit = off`,
    `set jit = off`,
    ...Array.from({ length: MONTHS }, (_, ago) => partition(now, -1 - ago)),
    past(Math.ceil(rows / PER_INCIDENT)),
    // The points of the past have been booked when it happened.
    `insert into platform_state (key, value) values ('appraisal.booked.incidents', jsonb_build_object('through',
       to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
     on conflict (key) do update set value = excluded.value`,
    incidents,
    alerts,
    events,
    legs,
    incidentLog,
    `vacuum (analyze)`,
    `checkpoint`,
  ];
}

/** How many rows there are of what `history` writes. */
export const countRows = Object.keys(LEAVES)
  .map((table) => `(select count(*) from ${table})`)
  .join(' + ');

function partition(now: Date, ahead: number): string {
  const { partition: name, from, to } = monthOf(now, ahead);
  const bounds = `from ('${from.toISOString()}') to ('${to.toISOString()}')`;
  return `create table if not exists ${name} partition of events for values ${bounds}`;
}

function past(incidents: number): string {
  return `
    create temporary table past as
    select n, at, uuidv7(at - now()) as incident_id, n > ${incidents - OPEN} as open,
      (array['door.forced', 'door.held_open', 'tamper.device', 'health.offline'])[1 + n % 4] as kind,
      compound_id, gateway_id, device_id, place_id, unit_path
    from (
      select n, now() - interval '${DAYS} days' * (1 - n::float8 / ${incidents}) as at,
        1 + (hashint4(n) & 2147483647) % (select count(*) from panels) as number
      from generate_series(1, ${incidents}) n) i
    join panels using (number)
    order by n`;
}

/** As many rows of `past` as an incident leaves in the table, numbered by `j`, in the order of time. */
const left = (table: keyof typeof LEAVES): string =>
  `(select *, generate_series(1, ${LEAVES[table]}) as j from past) p`;

const hashOf = (what: string): string => `sha256(convert_to('${what} ' || n || ' ' || j, 'UTF8'))`;
const kept = `'alarm', 'public-safety', 'art9'`;

const incidents = `
  insert into incidents (incident_id, compound_id, place_id, unit_path, kind, severity, state, why, confirmed_by,
    confirmed_at, false_alarm, exercise, opened_at, last_alert_at, closes_at, closed_at, version, rule, police, playbook,
    retention_class, purpose, site_class)
  select incident_id, compound_id, place_id, unit_path, kind, 1 + n % 4, case when open then 'open' else 'closed' end,
    '${why}', case when n % 5 = 0 then 'person' end, case when n % 5 = 0 then at + interval '1 minute' end, n % 10 = 1,
    false, at, at + interval '1 minute', at + interval '30 minutes',
    case when not open then at + interval '40 minutes' end, 4, 'alone@default', false, 'jinhua@1', ${kept}
  from past`;

const alerts = `
  insert into alerts (alert, compound_id, gateway_id, device_id, place_id, unit_path, kind, rule, severity, state, standing,
    source_kind, late, exercise, event_ids, started_at, cleared_at, recorded_at, arrived_at, incident_id,
    retention_class, purpose, site_class)
  select encode(${hashOf('alert')}, 'hex'), compound_id, gateway_id, device_id, place_id, unit_path, kind, 'occurrence@1',
    1 + n % 4, case when open then 'active' else 'cleared' end, 'alert', 'gateway', false, false,
    array[encode(${hashOf('event')}, 'hex')], at + j * interval '15 seconds',
    case when not open then at + interval '5 minutes' end, at + j * interval '15 seconds', at + j * interval '16 seconds',
    incident_id, ${kept}
  from ${left('alerts')}`;

/** The first events are those of the alerts, the others passages. */
const events = `
  insert into events (recorded_at, id, compound_id, gateway_id, device_id, unit_path, kind, source_kind, epoch, lane,
    sequence, occurred_at, late, exercise, retention_class, purpose, site_class, data, arrived_at)
  select at + j * interval '15 seconds', ${hashOf('event')}, compound_id, gateway_id, device_id, unit_path,
    case when alarm then kind else 'access.granted' end, 'gateway', 1, case when alarm then 'alarm' else 'record' end,
    n, at + j * interval '15 seconds', false, false, case when alarm then 'alarm' else 'passage' end, 'public-safety',
    'art9', '${eventData}', at + j * interval '16 seconds'
  from (select *, j <= ${LEAVES.alerts} as alarm from ${left('events')}) e`;

const legs = `
  insert into legs (leg_id, incident_id, compound_id, unit_path, role, channel, state, to_id, to_unit, open_to, attempts,
    queued_at, sent_at, delivered_at, acknowledged_at, ended_at)
  select uuidv7(at - now()), incident_id, compound_id, unit_path, role, 'console',
    case when open then 'acknowledged' else 'resolved' end, role, unit_path, array[role], 1, at, at, at,
    at + interval '1 minute', case when not open then at + interval '40 minutes' end
  from (select *, (array['property-manager', 'confirmer'])[j] as role from ${left('legs')}) l`;

const incidentLog = `
  insert into incident_log (incident_id, compound_id, at, actor, action)
  select incident_id, compound_id, at + (j - 1) * interval '5 minutes',
    case when j = 1 then 'system' else '00000000-0000-7000-8000-000000000001' end,
    (array['opened', 'acknowledge', 'close'])[j]
  from ${left('incident_log')}`;
