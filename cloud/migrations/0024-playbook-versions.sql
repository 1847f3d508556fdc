-- Every playbook that this cloud has gone by, as it was: an incident keeps id@version of its opening.
create table playbook_versions (
  playbook text not null,
  version integer not null check (version > 0),
  -- SHA-256 of the content: a file that was changed and kept its number stands here twice.
  digest text not null,
  content jsonb not null,
  first_used_at timestamptz not null,
  primary key (playbook, digest)
);
select angrid_unscoped('playbook_versions', 'of a playbook, for all compounds that go by it');

-- Two characters are a reason in Chinese: 年假, 施工, 维修.
alter table overlay_switches drop constraint overlay_switches_reason_check;
alter table overlay_switches add constraint overlay_switches_reason_check check (length(reason) between 2 and 200);
alter table roster_changes drop constraint roster_changes_reason_check;
alter table roster_changes add constraint roster_changes_reason_check check (length(reason) between 2 and 200);
alter table points_ledger drop constraint points_ledger_reason_check;
alter table points_ledger add constraint points_ledger_reason_check check (length(reason) between 2 and 200);
