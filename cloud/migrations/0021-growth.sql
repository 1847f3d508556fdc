-- What a unit tree counts, whatever has been stored: places of devices as they are now, and the devices that are not as
-- nearly all of them are.
create index device_places_now on device_places (compound_id, place_id) where upper_inf(valid);
create unique index device_place_now on device_places (compound_id, device_id) include (place_id) where upper_inf(valid);
create index devices_away on devices (compound_id, device_id) where state = 'offline' or removed_at is not null;
create index devices_in_unit on devices (unit_id) where unit_id is not null;
