-- The scope of a transaction, and the policies that hold every row to it.
--
-- The service sets, for the length of one transaction:
--   angrid.compounds   'all', or an array of compound ids:            {c1,c2}
--   angrid.units       'all', or an array of paths in the unit tree:  {suxi/330782105001}
--   angrid.actor       who acts
-- Without them no row is visible and none can be written. 'all' is for work of the system itself.
--
-- A table with a compound declares itself in one line:
--   select angrid_protect('door_event');                           -- its column compound decides
--   select angrid_protect('incident', 'compound', 'unit_path');    -- compound and unit path decide
--   select angrid_append_only('audit_entry');                      -- after that: SELECT and INSERT only
-- A table whose rows belong to no compound says why:
--   select angrid_unscoped('session', 'belongs to an account');
-- A table that says nothing cannot be read by the service at all. Partitions need nothing: they are reached through
-- their parent. Ids come from `generated always as identity` (a serial would need a grant on its sequence).

revoke create on schema public from public;

create function angrid_every_compound() returns boolean
  language sql stable parallel safe
  return coalesce(current_setting('angrid.compounds', true) = 'all', false);

create function angrid_every_unit() returns boolean
  language sql stable parallel safe
  return coalesce(current_setting('angrid.units', true) = 'all', false);

create function angrid_scope_compounds() returns text[]
  language sql stable parallel safe
  return case
    when coalesce(current_setting('angrid.compounds', true), '') in ('', 'all') then '{}'::text[]
    else current_setting('angrid.compounds', true)::text[]
  end;

-- Each path ends with a slash, so that b1 is no prefix of b10.
create function angrid_scope_units() returns text[]
  language sql stable parallel safe
  return case
    when coalesce(current_setting('angrid.units', true), '') in ('', 'all') then '{}'::text[]
    else string_to_array(array_to_string(current_setting('angrid.units', true)::text[], '/' || chr(31)) || '/', chr(31))
  end;

create function angrid_actor() returns text
  language sql stable parallel safe
  return nullif(current_setting('angrid.actor', true), '');

create function angrid_in_scope(compound text) returns boolean
  language sql stable parallel safe
  return angrid_every_compound() or compound = any (angrid_scope_compounds());

create function angrid_in_scope(compound uuid) returns boolean
  language sql stable parallel safe
  return angrid_every_compound() or compound::text = any (angrid_scope_compounds());

-- A row without a path is seen only by those who see every unit.
create function angrid_unit_in_scope(path text) returns boolean
  language sql stable parallel safe
  return angrid_every_unit() or (path || '/') ^@ any (angrid_scope_units());

-- The conditions of angrid_in_scope and angrid_unit_in_scope, written so that the setting is read once a query instead
-- of once a row.
create function angrid_protect(target regclass, compound_column name default 'compound', unit_column name default null)
  returns void
  language plpgsql as $$
declare
  compound_type text := (
    select format_type(atttypid, null)
    from pg_attribute
    where attrelid = target and attname = compound_column and not attisdropped and attnotnull
  );
  condition text;
begin
  if compound_type is null then
    raise exception 'angrid_protect: % has no column % that is not null', target, compound_column;
  end if;
  condition := format(
    '((select angrid_every_compound()) or %I = any ((select angrid_scope_compounds())::%s[]))',
    compound_column, compound_type);
  if unit_column is not null then
    condition := condition || format(
      ' and ((select angrid_every_unit()) or (%I || ''/'') ^@ any ((select angrid_scope_units())::text[]))', unit_column);
  end if;
  execute format('alter table %s enable row level security, force row level security', target);
  execute format('drop policy if exists scope on %s', target);
  execute format('create policy scope on %s using (%s) with check (%s)', target, condition, condition);
  execute format('grant select, insert, update, delete on %s to angrid_service', target);
end
$$;

create function angrid_append_only(target regclass) returns void
  language plpgsql as $$
begin
  execute format('revoke all on %s from angrid_service', target);
  execute format('grant select, insert on %s to angrid_service', target);
end
$$;

create function angrid_unscoped(target regclass, reason text) returns void
  language plpgsql as $$
begin
  execute format('comment on table %s is %L', target, 'unscoped: ' || reason);
  execute format('grant select, insert, update, delete on %s to angrid_service', target);
end
$$;
