-- Restricted rows: what is silent at the device (duress) is silent here too. They are seen by those only whom the
-- transaction's scope entitles, whatever else it sees:
--   angrid.restricted   'all', or an array of compound ids. Without it no restricted row is visible or can be written.
create function angrid_every_restricted() returns boolean
  language sql stable parallel safe
  return coalesce(current_setting('angrid.restricted', true) = 'all', false);

create function angrid_restricted_compounds() returns text[]
  language sql stable parallel safe
  return case
    when coalesce(current_setting('angrid.restricted', true), '') in ('', 'all') then '{}'::text[]
    else current_setting('angrid.restricted', true)::text[]
  end;

-- On top of angrid_protect: both must hold.
create function angrid_restrict(target regclass) returns void
  language plpgsql as $$
declare
  condition constant text :=
    '(not restricted or (select angrid_every_restricted()) or compound_id = any ((select angrid_restricted_compounds())::text[]))';
begin
  execute format('drop policy if exists restricted on %s', target);
  execute format('create policy restricted on %s as restrictive using (%s) with check (%s)', target, condition, condition);
end
$$;

alter table alerts add column restricted boolean not null default false;
alter table incidents add column restricted boolean not null default false;
alter table events add column restricted boolean not null default false;
alter table feed add column restricted boolean not null default false;
select angrid_restrict('alerts');
select angrid_restrict('incidents');
select angrid_restrict('events');
select angrid_restrict('feed');

-- Whether every property manager of the compound is entitled, and not the confirmers alone.
alter table compounds add column restricted_to_managers boolean not null default false;
