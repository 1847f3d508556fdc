-- Places, units and the sources of alerts. `angrid_protect` (0001) enables and forces row level security on
-- compound_id and, where the table has it, unit_path, and grants the service role its rights.
create extension if not exists btree_gist;

create table compounds (
  compound_id text primary key,
  name text not null,
  site_class text not null check (site_class in ('art7', 'art9')),
  purpose text not null,
  timezone text not null,
  night text not null,
  rules jsonb not null,
  -- What the public page shows: contact, purposes, number of cameras is counted.
  notice jsonb not null,
  created_at timestamptz not null
);
select angrid_protect('compounds', 'compound_id');

-- The grid is public knowledge of the platform: no row of it belongs to one compound.
create table trees (
  tree_id text primary key,
  name jsonb not null
);
create table units (
  unit_id text primary key,
  tree_id text not null references trees,
  parent_id text references units,
  -- ids from the root, joined by '/': suxi/330782105001/b3.
  path text not null unique,
  level smallint not null check (level between 0 and 9),
  kind text not null,
  name text not null,
  -- [{scheme, value}]
  codes jsonb not null default '[]',
  population integer
);
create index units_parent on units (parent_id);
create index units_path on units (path text_pattern_ops);
select angrid_unscoped('trees', 'the grid is public knowledge of the platform');
select angrid_unscoped('units', 'the grid is public knowledge of the platform');

create table places (
  compound_id text not null references compounds,
  place_id text not null,
  name text not null,
  kind text not null,
  primary key (compound_id, place_id)
);
select angrid_protect('places', 'compound_id');

-- One responsible unit a place, tree and time.
create table place_units (
  compound_id text not null,
  place_id text not null,
  tree_id text not null references trees,
  unit_id text not null references units,
  valid tstzrange not null,
  primary key (compound_id, place_id, tree_id, valid),
  foreign key (compound_id, place_id) references places,
  exclude using gist (compound_id with =, place_id with =, tree_id with =, valid with &&)
);
select angrid_protect('place_units', 'compound_id');

create table gateways (
  gateway_id text primary key,
  compound_id text not null references compounds,
  name text not null,
  public_key text not null,
  status text not null check (status in ('active', 'revoked')),
  version text not null,
  token_hash text,
  token_expires_at timestamptz,
  enrolled_at timestamptz not null,
  last_seen_at timestamptz,
  health jsonb,
  site_version_applied integer not null default 0
);
create unique index gateways_token on gateways (token_hash);
select angrid_protect('gateways', 'compound_id');

create table enrolment_codes (
  code_hash text primary key,
  compound_id text not null references compounds,
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  gateway_id text
);
select angrid_protect('enrolment_codes', 'compound_id');

-- A signed request for a token is good once.
create table gateway_nonces (
  gateway_id text not null references gateways,
  compound_id text not null,
  nonce text not null,
  expires_at timestamptz not null,
  primary key (gateway_id, nonce)
);
select angrid_protect('gateway_nonces', 'compound_id');

create table devices (
  compound_id text not null references compounds,
  device_id text not null,
  gateway_id text not null references gateways,
  kind text not null,
  name text not null,
  profile text,
  manufacturer text,
  model text,
  gb28181 text,
  masks jsonb not null default '[]',
  held_open_seconds integer,
  state text not null default 'unknown' check (state in ('online', 'offline', 'unknown')),
  state_since timestamptz not null,
  clock_skew_ms integer,
  -- Doors: what the last door event said.
  door_state text not null default 'unknown' check (door_state in ('open', 'closed', 'held_open', 'forced', 'unknown')),
  door_since timestamptz,
  last_event_at timestamptz,
  removed_at timestamptz,
  primary key (compound_id, device_id)
);
select angrid_protect('devices', 'compound_id');

create table device_places (
  compound_id text not null,
  device_id text not null,
  place_id text not null,
  valid tstzrange not null,
  primary key (compound_id, device_id, valid),
  foreign key (compound_id, device_id) references devices,
  foreign key (compound_id, place_id) references places,
  exclude using gist (compound_id with =, device_id with =, valid with &&)
);
select angrid_protect('device_places', 'compound_id');

create table camera_links (
  compound_id text not null,
  door_id text not null,
  camera_id text not null,
  -- Two sources agree only where they are two.
  check (door_id <> camera_id),
  primary key (compound_id, door_id, camera_id),
  foreign key (compound_id, door_id) references devices,
  foreign key (compound_id, camera_id) references devices
);
select angrid_protect('camera_links', 'compound_id');

create table site_configs (
  compound_id text not null references compounds,
  version integer not null,
  config jsonb not null,
  created_at timestamptz not null,
  primary key (compound_id, version)
);
select angrid_protect('site_configs', 'compound_id');

create table commands (
  command_id text primary key,
  compound_id text not null references compounds,
  gateway_id text not null references gateways,
  type text not null,
  command jsonb not null,
  state text not null check (state in ('queued', 'sent', 'done', 'failed', 'refused', 'expired')),
  result jsonb,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  finished_at timestamptz
);
create index commands_open on commands (gateway_id, issued_at) where state in ('queued', 'sent');
select angrid_protect('commands', 'compound_id');

-- recorded_at is the gateway's receive time, fixed at its first commit and the same on each retry: with the id it is
-- the identity of an event over all partitions.
create table events (
  recorded_at timestamptz not null,
  id bytea not null,
  compound_id text not null,
  gateway_id text not null,
  device_id text not null,
  unit_path text,
  kind text not null,
  source_kind text not null,
  epoch bigint not null,
  lane text not null,
  sequence bigint not null,
  occurred_at timestamptz not null,
  late boolean not null,
  exercise boolean not null,
  retention_class text not null,
  purpose text not null,
  site_class text not null,
  data jsonb not null,
  arrived_at timestamptz not null,
  primary key (recorded_at, id)
) partition by range (recorded_at);
create table events_default partition of events default;
create index events_device on events (compound_id, device_id, recorded_at desc);
select angrid_protect('events', 'compound_id', 'unit_path');

-- Continuity of each lane's sequence and hash chain.
create table lane_heads (
  gateway_id text not null references gateways,
  compound_id text not null,
  epoch bigint not null,
  lane text not null,
  sequence bigint not null,
  head text not null,
  updated_at timestamptz not null,
  primary key (gateway_id, epoch, lane)
);
select angrid_protect('lane_heads', 'compound_id');

create table gaps (
  gap_id uuid primary key,
  compound_id text not null,
  gateway_id text not null,
  of text not null check (of in ('lane', 'device')),
  lane text,
  epoch bigint,
  device_id text,
  first_sequence bigint not null,
  last_sequence bigint not null,
  reason text not null,
  noticed_at timestamptz not null,
  filled_at timestamptz,
  item_id bytea,
  retention_class text not null,
  purpose text not null,
  site_class text not null,
  unique (compound_id, item_id)
);
select angrid_protect('gaps', 'compound_id');

-- The id is the gateway's word: with the compound, so that no compound can occupy the id of another one's.
create table alerts (
  alert text not null,
  compound_id text not null,
  gateway_id text not null,
  device_id text not null,
  place_id text,
  unit_path text,
  channel text,
  kind text not null,
  rule text not null,
  severity smallint not null check (severity between 1 and 4),
  state text not null check (state in ('active', 'cleared')),
  standing text not null check (standing in ('alert', 'supporting')),
  source_kind text not null,
  late boolean not null,
  exercise boolean not null,
  event_ids text[] not null,
  started_at timestamptz not null,
  cleared_at timestamptz,
  recorded_at timestamptz not null,
  arrived_at timestamptz not null,
  incident_id uuid,
  retention_class text not null,
  purpose text not null,
  site_class text not null,
  primary key (alert, compound_id)
);
create index alerts_recent on alerts (compound_id, started_at desc);
create index alerts_incident on alerts (incident_id);
select angrid_protect('alerts', 'compound_id', 'unit_path');

create table evidence (
  evidence text not null,
  compound_id text not null,
  gateway_id text not null,
  camera_id text not null,
  kind text not null check (kind in ('snapshot', 'clip')),
  sha256 text not null,
  bytes bigint not null,
  media_type text not null,
  span_from timestamptz not null,
  span_to timestamptz not null,
  descriptor jsonb not null,
  stored_bytes bigint not null default 0,
  complete_at timestamptz,
  arrived_at timestamptz not null,
  retention_class text not null,
  purpose text not null,
  site_class text not null,
  primary key (evidence, compound_id)
);
select angrid_protect('evidence', 'compound_id');

create table alert_evidence (
  compound_id text not null,
  alert text not null,
  evidence text not null,
  primary key (alert, evidence, compound_id),
  foreign key (evidence, compound_id) references evidence on delete cascade
);
create index alert_evidence_evidence on alert_evidence (evidence);
select angrid_protect('alert_evidence', 'compound_id');

-- What the console's live feed replays. A row gets its position after its transaction has committed, so that
-- positions follow commit order.
create table feed (
  feed_id bigint generated always as identity primary key,
  position bigint unique,
  compound_id text not null,
  unit_path text,
  topic text not null,
  subject text not null,
  payload jsonb not null,
  created_at timestamptz not null
);
create index feed_unplaced on feed (feed_id) where position is null;
create sequence feed_positions;
grant usage on sequence feed_positions to angrid_service;
select angrid_protect('feed', 'compound_id', 'unit_path');

create table retention_days (
  compound_id text not null references compounds,
  retention_class text not null,
  days integer not null check (days > 0),
  primary key (compound_id, retention_class)
);
select angrid_protect('retention_days', 'compound_id');
