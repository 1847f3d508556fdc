-- A reason that was given for watching a camera. It holds for some minutes, in every process of the cloud; what was
-- watched by it stays in the audit log.
create table live_grants (
  grant_id uuid primary key,
  compound_id text not null,
  camera_id text not null,
  account_id uuid not null,
  role text not null,
  reason text not null check (length(reason) >= 3),
  expires_at timestamptz not null
);
create index live_grants_account on live_grants (account_id, expires_at);
select angrid_protect('live_grants', 'compound_id');

-- A household may let the door of its home answer for it: whether anybody passed it. Nothing of that is stored here.
alter table care_consents add column door boolean not null default false;
alter table care_tasks
  drop constraint care_tasks_outcome_check,
  add constraint care_tasks_outcome_check check (outcome in ('met', 'away', 'passed', 'revoked', 'expired'));
