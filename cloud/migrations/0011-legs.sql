-- Legs as the playbook gives them: whom each is for, its ladder and its timers; silences; exercises that people join.
alter table incidents
  -- device, person or system: what a device alone says is no officer's task.
  add column source_kind text not null default 'device' check (source_kind in ('device', 'person', 'system')),
  add column category text,
  add column police boolean,
  -- id@version of the playbook by which it was dispatched first.
  add column playbook text,
  -- Who took it first owns it, until it is passed on with a reason.
  add column owner_id uuid,
  add column owned_at timestamptz,
  -- Pushes begin then, where it is still open.
  add column silenced_until timestamptz,
  -- Units of other trees and units that were called to it: they see it, too.
  add column shared_paths text[] not null default '{}';
-- Which playbook the people there go by; the default of the platform where none stands here.
alter table compounds add column if not exists playbook text;
create index incidents_silenced on incidents (silenced_until) where silenced_until is not null;

drop policy scope on incidents;
create policy scope on incidents
  using (
    ((select angrid_every_compound()) or compound_id = any ((select angrid_scope_compounds())::text[]))
    and ((select angrid_every_unit()) or (unit_path || '/') ^@ any ((select angrid_scope_units())::text[])
      or exists (select from unnest(shared_paths) p where (p || '/') ^@ any ((select angrid_scope_units())::text[]))))
  with check (
    ((select angrid_every_compound()) or compound_id = any ((select angrid_scope_compounds())::text[]))
    and ((select angrid_every_unit()) or (unit_path || '/') ^@ any ((select angrid_scope_units())::text[])
      or exists (select from unnest(shared_paths) p where (p || '/') ^@ any ((select angrid_scope_units())::text[]))));

alter table legs
  drop constraint legs_role_check,
  drop constraint legs_channel_check,
  drop constraint legs_state_check,
  drop constraint legs_incident_id_role_rung_key,
  add constraint legs_channel_check check (channel in ('console', 'webhook', 'wecom', 'dingtalk', 'feishu', 'email')),
  add constraint legs_state_check check (state in
    ('queued', 'sent', 'delivered', 'read', 'acknowledged', 'accepted', 'resolved', 'returned', 'handed-over',
      'timed-out', 'failed')),
  -- A duty, a department, or all of a unit.
  add column to_kind text not null default 'duty' check (to_kind in ('duty', 'department', 'unit')),
  add column to_id text,
  add column to_unit text,
  -- Roles whose accounts hold the duty also where they are named for none.
  add column open_to text[] not null default '{}',
  -- Those on duty by the roster; empty: every holder.
  add column accounts uuid[] not null default '{}',
  add column target_id uuid,
  -- What follows silence: {name, climbs, rungs}.
  add column ladder jsonb,
  -- Asks whether an unconfirmed signal is real.
  add column asks boolean not null default false,
  add column settle_at timestamptz,
  add column read_at timestamptz,
  add column accepted_at timestamptz,
  add column timed_out_at timestamptz,
  -- Resolved, returned, handed over or failed.
  add column ended_at timestamptz,
  -- Why it came back or went on.
  add column reason text;
update legs set
  to_kind = case when role = 'four-platforms' then 'department' else 'duty' end,
  to_id = case
    when role = 'confirmer' and rung = 1 then 'station-desk'
    when role = 'confirmer' and rung = 2 then 'property-manager'
    else role end,
  to_unit = unit_path,
  open_to = case
    when role in ('handling-officer', 'responsible-officer') then array['police']
    when role = 'property-manager' or (role = 'confirmer' and rung = 2) then array['property-manager']
    else '{}' end,
  asks = role = 'confirmer';
alter table legs alter column to_id set not null;
-- A role comes once in a matter, whatever names it; each rung, recipient and channel of it is one push.
create unique index legs_once on legs (incident_id, role, rung, to_id, coalesce(to_unit, ''), channel);

drop policy scope on legs;
create policy scope on legs
  using (
    ((select angrid_every_compound()) or compound_id = any ((select angrid_scope_compounds())::text[]))
    and ((select angrid_every_unit()) or (unit_path || '/') ^@ any ((select angrid_scope_units())::text[])
      or (to_unit || '/') ^@ any ((select angrid_scope_units())::text[])))
  with check (
    ((select angrid_every_compound()) or compound_id = any ((select angrid_scope_compounds())::text[]))
    and ((select angrid_every_unit()) or (unit_path || '/') ^@ any ((select angrid_scope_units())::text[])
      or (to_unit || '/') ^@ any ((select angrid_scope_units())::text[])));

-- Silences push nothing to anybody, and change nothing of what is stored and shown.
create table silences (
  silence_id uuid primary key,
  compound_id text not null references compounds,
  kind text not null check (kind in ('silence', 'maintenance')),
  unit_path text,
  device_id text,
  event_kind text,
  reason text not null check (length(reason) >= 3),
  author uuid not null,
  created_at timestamptz not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  ended_by uuid
);
create index silences_current on silences (compound_id, ends_at);
select angrid_protect('silences', 'compound_id');

-- A drill that people join: its pushes reach nobody else.
create table exercises (
  exercise_id uuid primary key,
  compound_id text not null references compounds,
  name text not null,
  author uuid not null,
  created_at timestamptz not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at)
);
create index exercises_current on exercises (compound_id, ends_at);
create table exercise_members (
  exercise_id uuid not null references exercises on delete cascade,
  compound_id text not null,
  account_id uuid not null,
  joined_at timestamptz not null,
  primary key (exercise_id, account_id)
);
select angrid_protect('exercises', 'compound_id');
select angrid_protect('exercise_members', 'compound_id');
