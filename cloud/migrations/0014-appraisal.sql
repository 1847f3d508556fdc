-- Appraisal: points of units and of holders of a duty, each row for one verified fact, and training courses. Nobody else
-- can be a subject, and no fact is a number of reports.
alter table legs
  -- Until when it should have been answered; due_at is gone once it is.
  add column answer_by timestamptz;

create table points_ledger (
  entry_id bigint generated always as identity primary key,
  -- The fact that earned it, or correction:<entry>: each counts once for a subject.
  fact_id text not null,
  fact text not null check (fact in
    ('acknowledged-in-time', 'acknowledged-late', 'settled-in-time', 'settled-late', 'settled-where-raised', 'passed-on',
      'reopened', 'rectified-in-time', 'rectified-late', 'round-signed', 'round-missed', 'training-held',
      'care-visit-in-time')),
  subject_kind text not null check (subject_kind in ('unit', 'duty-holder')),
  compound_id text,
  -- Of the subject, or where its holder has done it.
  unit_path text,
  account_id uuid references accounts,
  account_role text check (account_role in ('property-manager', 'police', 'grid-member')),
  duty text,
  subject text not null generated always as
    (case subject_kind when 'unit' then 'unit:' || unit_path else 'account:' || account_id::text end) stored,
  points smallint not null check (points between -100 and 100 and points <> 0),
  -- id@version of the playbook whose rule it was.
  playbook text not null,
  incident_id uuid,
  earned_at timestamptz not null,
  booked_at timestamptz not null,
  -- A counter-row: takes back what another row gave.
  corrects bigint unique references points_ledger,
  reason text check (length(reason) between 3 and 200),
  author uuid references accounts,
  unique (fact_id, subject),
  check (case subject_kind
    when 'unit' then unit_path is not null and account_id is null and account_role is null and duty is null
    else account_id is not null and account_role is not null and duty is not null end),
  check ((corrects is null) = (reason is null) and (corrects is null) = (author is null))
);
create index points_ledger_earned on points_ledger (earned_at);

-- A course, and how many holders of each duty attended: no list of names.
create table training_courses (
  course_id uuid primary key,
  unit_path text not null,
  title text not null check (length(title) between 2 and 80),
  held_on date not null,
  -- {duty: number}
  attendance jsonb not null check (jsonb_typeof(attendance) = 'object'),
  playbook text not null,
  author uuid not null references accounts,
  recorded_at timestamptz not null
);
create index training_courses_held on training_courses (held_on);

-- Training is of a unit and of no compound: who is held to compounds only does not see it.
create function angrid_protect_appraisal(target regclass, condition text) returns void
  language plpgsql as $$
begin
  execute format('alter table %s enable row level security, force row level security', target);
  execute format('create policy scope on %s using (%s) with check (%s)', target, condition, condition);
end
$$;
select angrid_protect_appraisal('points_ledger',
  '((select angrid_every_compound()) or compound_id = any ((select angrid_scope_compounds())::text[])
    or (compound_id is null and not (select angrid_every_unit())))
   and ((select angrid_every_unit()) or (unit_path || ''/'') ^@ any ((select angrid_scope_units())::text[]))');
select angrid_protect_appraisal('training_courses',
  '((select angrid_every_compound()) or not (select angrid_every_unit()))
   and ((select angrid_every_unit()) or (unit_path || ''/'') ^@ any ((select angrid_scope_units())::text[]))');
drop function angrid_protect_appraisal;
select angrid_append_only('points_ledger');
select angrid_append_only('training_courses');

-- The steps of people that the job of the points looks for.
create index incident_log_steps on incident_log (at, log_id) where actor <> 'system';
