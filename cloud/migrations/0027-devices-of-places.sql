-- How many devices stand at a place now: the unit tree of a city reads its places, and no longer all devices.
alter table places add column devices integer not null default 0;
update places p set devices = (
  select count(*) from device_places dp
  where dp.compound_id = p.compound_id and dp.place_id = p.place_id and upper_inf(dp.valid));

create function angrid_count_devices() returns trigger
  language plpgsql as $$
begin
  if upper_inf(old.valid) then
    update places set devices = devices - 1 where compound_id = old.compound_id and place_id = old.place_id;
  end if;
  if upper_inf(new.valid) then
    update places set devices = devices + 1 where compound_id = new.compound_id and place_id = new.place_id;
  end if;
  return null;
end
$$;
create trigger devices_of_places after insert or update or delete on device_places
  for each row execute function angrid_count_devices();

drop index device_places_now;
drop index devices_away;
create index devices_offline on devices (compound_id, device_id) where state = 'offline';

-- What a unit has held is found by the unit too: what its people see is looked up with each of their requests.
drop index place_units_unit;
create index place_units_unit on place_units (unit_id);
