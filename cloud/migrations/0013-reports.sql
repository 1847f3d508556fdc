-- What people report, rounds and the day's work of people, and care tasks.
create table reports (
  report_id uuid primary key,
  compound_id text not null references compounds,
  unit_path text,
  place_id text,
  -- Goes with its incident.
  incident_id uuid not null references incidents on delete cascade,
  alert text not null,
  category text not null check (category in ('hazard', 'damage', 'dispute', 'disturbance', 'result')),
  -- Without the numbers that name somebody; how many there were, by kind.
  text text not null,
  redacted jsonb not null,
  -- AES-256-GCM over the text as it was written.
  sealed bytea not null,
  -- By which the reporter asks how it stands; null: none was wanted.
  code_hash text unique,
  -- Account of somebody on duty; null: nobody knows who.
  reporter uuid,
  -- Lets the same browser send one picture.
  upload_hash text unique,
  upload_until timestamptz,
  created_at timestamptz not null
);
create index reports_incident on reports (incident_id);
create index reports_recent on reports (compound_id, created_at);
select angrid_protect('reports', 'compound_id', 'unit_path');

-- What a person looks through at set times, and the rounds that were signed. A missed one is one that is not here.
create table patrol_lists (
  list_id uuid primary key,
  compound_id text not null references compounds,
  unit_path text,
  name text not null,
  of text not null check (of in ('cameras', 'places')),
  -- 08:00-09:00, in the compound's zone.
  windows text[] not null check (cardinality(windows) between 1 and 24),
  items text[] not null check (cardinality(items) between 1 and 100),
  author uuid not null,
  created_at timestamptz not null,
  ended_at timestamptz
);
create index patrol_lists_compound on patrol_lists (compound_id);
create table patrol_rounds (
  round_id uuid primary key,
  list_id uuid not null references patrol_lists,
  compound_id text not null,
  unit_path text,
  window_from timestamptz not null,
  window_to timestamptz not null check (window_to > window_from),
  -- [{item, state, note}]
  seen jsonb not null,
  account_id uuid not null references accounts,
  signed_at timestamptz not null check (signed_at >= window_from and signed_at < window_to),
  unique (list_id, window_from)
);
create index patrol_rounds_recent on patrol_rounds (compound_id, window_from desc);
select angrid_protect('patrol_lists', 'compound_id', 'unit_path');
select angrid_protect('patrol_rounds', 'compound_id', 'unit_path');
select angrid_append_only('patrol_rounds');

-- Places that were gone to; never whom one met there.
create table visits (
  visit_id uuid primary key,
  compound_id text not null references compounds,
  unit_path text,
  place_id text not null,
  kind text not null check (kind in ('visit', 'sweep', 'publicity')),
  note text,
  account_id uuid not null references accounts,
  at timestamptz not null
);
create index visits_recent on visits (compound_id, at desc);
select angrid_protect('visits', 'compound_id', 'unit_path');

create table day_summaries (
  unit_path text not null,
  day date not null,
  text text not null,
  -- What the list said when it was closed.
  figures jsonb not null,
  account_id uuid not null references accounts,
  signed_at timestamptz not null,
  primary key (unit_path, day)
);
select angrid_unscoped('day_summaries', 'of a unit; the daily list narrows to the units of the caller');
select angrid_append_only('day_summaries');

-- A household that wants to be looked after: a place and the number of the paper that it signed, no name.
create table care_consents (
  consent_id uuid primary key,
  compound_id text not null references compounds,
  unit_path text,
  place_id text not null,
  reference text not null check (length(reference) between 1 and 64),
  recorded_by uuid not null references accounts,
  recorded_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > recorded_at),
  revoked_at timestamptz,
  revoked_by uuid references accounts,
  -- When somebody was met there last, or known to be well elsewhere.
  met_at timestamptz not null
);
create unique index care_consents_place on care_consents (compound_id, place_id) where revoked_at is null;
create table care_tasks (
  task_id uuid primary key,
  consent_id uuid not null references care_consents on delete cascade,
  compound_id text not null,
  unit_path text,
  place_id text not null,
  raised_at timestamptz not null,
  due_at timestamptz not null,
  -- How often nobody was met.
  attempts integer not null default 0,
  done_at timestamptz,
  done_by uuid references accounts,
  outcome text check (outcome in ('met', 'away', 'revoked', 'expired')),
  check ((done_at is null) = (outcome is null))
);
create unique index care_tasks_open on care_tasks (consent_id) where done_at is null;
select angrid_protect('care_consents', 'compound_id', 'unit_path');
select angrid_protect('care_tasks', 'compound_id', 'unit_path');
