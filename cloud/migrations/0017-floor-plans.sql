-- Pictures of a compound or a building, and where on them its devices hang: x and y are shares of width and height from
-- the upper left. A device hangs on one plan.
create table floor_plans (
  compound_id text not null references compounds,
  plan_id text not null,
  name text not null,
  media_type text not null check (media_type in ('image/png', 'image/jpeg')),
  width integer not null check (width > 0),
  height integer not null check (height > 0),
  picture bytea not null,
  drawn_at timestamptz not null,
  primary key (compound_id, plan_id)
);
select angrid_protect('floor_plans', 'compound_id');

create table plan_spots (
  compound_id text not null,
  device_id text not null,
  plan_id text not null,
  x double precision not null check (x between 0 and 1),
  y double precision not null check (y between 0 and 1),
  primary key (compound_id, device_id),
  foreign key (compound_id, plan_id) references floor_plans on delete cascade,
  foreign key (compound_id, device_id) references devices on delete cascade
);
create index plan_spots_plan on plan_spots (compound_id, plan_id);
select angrid_protect('plan_spots', 'compound_id');

-- How far a device answers that the gateway calls, as the gateway said it last.
alter table devices
  add column reach text check (reach in ('reachable', 'needs-password', 'up', 'clock-wrong'));
