-- Correlation by rules that are data: what an alert waits for or was set aside by, what an incident was opened by and
-- merged into, the rule sets, the quiet rules and the replays.
alter table alerts
  -- Opens an incident only if it is still active then.
  add column held_until timestamptz,
  -- Why it opened nothing: a rule, quiet:<rule>, cleared.
  add column set_aside text;
create index alerts_device on alerts (compound_id, device_id, started_at desc);
create index alerts_kind on alerts (compound_id, kind, started_at desc);
create index alerts_held on alerts (held_until) where held_until is not null;

alter table incidents
  -- rule@rule set, 'person' where a person opened it.
  add column rule text not null default 'alone',
  add column merged_into uuid;

create table rule_sets (
  rule_set bigint generated always as identity primary key,
  name text not null,
  -- YAML, as it was written.
  text text not null,
  note text not null,
  author text not null,
  created_at timestamptz not null,
  active boolean not null default false
);
create unique index rule_sets_active on rule_sets (active) where active;
select angrid_unscoped('rule_sets', 'rules of the platform, which name no place');

create table quiet_rules (
  quiet_id uuid primary key,
  compound_id text not null references compounds,
  kinds text[] not null check (cardinality(kinds) > 0),
  device_id text,
  place_id text,
  check (device_id is null or place_id is null),
  hours text,
  reason text not null check (length(reason) >= 3),
  author text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz
);
create index quiet_rules_compound on quiet_rules (compound_id, expires_at);
select angrid_protect('quiet_rules', 'compound_id');

create table rule_replays (
  replay_id uuid primary key,
  author text not null,
  days integer not null check (days between 1 and 90),
  text text not null,
  state text not null check (state in ('queued', 'running', 'done', 'failed')),
  -- Compounds that are through, of all.
  progress integer not null default 0,
  total integer not null default 0,
  result jsonb,
  error text,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz
);
create index rule_replays_open on rule_replays (created_at) where state in ('queued', 'running');
select angrid_unscoped('rule_replays', 'asked for and read by those who manage the rules of the platform');
