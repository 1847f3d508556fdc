-- Overlays of playbooks that are switched on for a time, and duty rosters.
create table overlay_switches (
  switch_id uuid primary key,
  playbook text not null,
  overlay text not null,
  reason text not null check (length(reason) between 3 and 200),
  author uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at >= starts_at),
  created_at timestamptz not null
);
create index overlay_switches_current on overlay_switches (playbook, ends_at);
select angrid_unscoped('overlay_switches', 'of a playbook, for all compounds that go by it');

-- Who holds a duty of a unit, week by week, in the zone of the platform.
create table roster_shifts (
  shift_id uuid primary key,
  unit_path text not null,
  duty text not null,
  account_id uuid not null references accounts,
  -- mon … sun, holiday.
  days text[] not null,
  -- 08:00-20:00; over midnight where the end lies before the beginning, all day where both are the same.
  hours text not null,
  from_date date not null,
  -- The last day; null: until further notice.
  to_date date,
  check (to_date >= from_date)
);
create index roster_shifts_of on roster_shifts (unit_path, duty);
-- away: the account is not there, and its stand-in, if any, takes its shifts. extra: the account is there besides.
create table roster_changes (
  change_id uuid primary key,
  kind text not null check (kind in ('away', 'extra')),
  account_id uuid not null references accounts,
  -- Of extra only.
  unit_path text,
  duty text,
  stand_in_id uuid references accounts,
  reason text not null check (length(reason) between 3 and 200),
  author uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  check (case kind when 'extra' then unit_path is not null and duty is not null and stand_in_id is null
    else unit_path is null and duty is null and stand_in_id is distinct from account_id end)
);
create index roster_changes_current on roster_changes (ends_at);
select angrid_unscoped('roster_shifts', 'of a unit; the roster module narrows to the units of the caller');
select angrid_unscoped('roster_changes', 'of an account on duty; the roster module narrows to the units of the caller');
