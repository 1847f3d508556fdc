-- Incidents, legs, accounts and the audit log.
create table incidents (
  incident_id uuid primary key,
  compound_id text not null references compounds,
  place_id text,
  unit_path text,
  kind text not null,
  severity smallint not null check (severity between 1 and 4),
  state text not null check (state in
    ('open', 'acknowledged', 'assigned', 'accepted', 'resolved', 'closed', 'returned', 'called-back')),
  -- {"zh-CN": sentence, "en": sentence}: why these alerts belong together.
  why jsonb not null,
  -- null: one unconfirmed source. two-sources | person.
  confirmed_by text check (confirmed_by in ('two-sources', 'person')),
  confirmed_at timestamptz,
  false_alarm boolean not null default false,
  exercise boolean not null,
  opened_at timestamptz not null,
  last_alert_at timestamptz not null,
  -- After this nothing is added any more.
  closes_at timestamptz not null,
  closed_at timestamptz,
  version integer not null default 1,
  retention_class text not null,
  purpose text not null,
  site_class text not null
);
create index incidents_recent on incidents (compound_id, opened_at desc);
create index incidents_open on incidents (compound_id, closes_at) where state <> 'closed';
select angrid_protect('incidents', 'compound_id', 'unit_path');

create table incident_log (
  log_id bigint generated always as identity primary key,
  incident_id uuid not null references incidents,
  compound_id text not null,
  at timestamptz not null,
  actor text not null,
  action text not null,
  note text,
  detail jsonb not null default '{}'
);
create index incident_log_incident on incident_log (incident_id, log_id);
select angrid_protect('incident_log', 'compound_id');
select angrid_append_only('incident_log');

create table legs (
  leg_id uuid primary key,
  incident_id uuid not null references incidents,
  compound_id text not null,
  unit_path text,
  role text not null check (role in
    ('property-manager', 'confirmer', 'handling-officer', 'responsible-officer', 'four-platforms')),
  rung smallint not null default 0,
  channel text not null check (channel in ('console', 'webhook')),
  state text not null check (state in
    ('queued', 'sent', 'delivered', 'acknowledged', 'accepted', 'resolved', 'returned', 'failed', 'timed-out')),
  account_id uuid,
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  due_at timestamptz,
  queued_at timestamptz not null,
  sent_at timestamptz,
  delivered_at timestamptz,
  acknowledged_at timestamptz,
  receipt jsonb,
  last_error text,
  unique (incident_id, role, rung)
);
create index legs_due on legs (next_attempt_at) where state = 'queued';
create index legs_timer on legs (due_at) where due_at is not null;
select angrid_protect('legs', 'compound_id', 'unit_path');

-- Accounts of people on duty. Not protected by compound: only the accounts module reads them, by login or session.
create table accounts (
  account_id uuid primary key,
  login text not null unique,
  -- A role's name at a place, not a person's.
  label text not null,
  role text not null check (role in
    ('administrator', 'property-manager', 'police', 'grid-member', 'installer', 'auditor')),
  -- property-manager, installer: compounds. police, grid-member: unit paths. administrator, auditor: all.
  compounds text[] not null default '{}',
  unit_paths text[] not null default '{}',
  duties text[] not null default '{}',
  password_hash text,
  locale text not null default 'zh-CN',
  disabled_at timestamptz,
  created_at timestamptz not null
);
create table account_links (
  link_hash text primary key,
  account_id uuid not null references accounts,
  expires_at timestamptz not null,
  used_at timestamptz
);
create table sessions (
  session_hash text primary key,
  account_id uuid not null references accounts,
  csrf text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_seen_at timestamptz not null
);
select angrid_unscoped('accounts', 'read by login or session, by the accounts module only');
select angrid_unscoped('account_links', 'belongs to an account');
select angrid_unscoped('sessions', 'belongs to an account');

-- Opening evidence is a grant with a reason; each opening is in the audit log.
create table evidence_grants (
  grant_id uuid primary key,
  compound_id text not null,
  incident_id uuid not null references incidents,
  account_id uuid not null,
  reason text not null check (length(reason) >= 3),
  granted_at timestamptz not null,
  expires_at timestamptz not null
);
select angrid_protect('evidence_grants', 'compound_id');

create table audit_log (
  audit_id bigint generated always as identity primary key,
  at timestamptz not null,
  actor text not null,
  role text not null,
  action text not null,
  audit_class text not null,
  subject text,
  compound_id text,
  reason text,
  detail jsonb not null default '{}',
  -- SHA-256 over the row before and this row.
  prev_hash text not null,
  hash text not null
);
select angrid_unscoped('audit_log', 'shown to auditors only; one chain over all compounds');
select angrid_append_only('audit_log');

create table platform_state (
  key text primary key,
  value jsonb not null
);
select angrid_unscoped('platform_state', 'state of the program itself');
