-- Units with a history, an outline, members that are no place, and positions by which places and devices find theirs.
alter table trees
  add column purpose text not null default 'grid' check (purpose in ('police', 'grid', 'property')),
  -- Of the trees over one place, the first gives the unit path of its alerts.
  add column precedence smallint not null default 0,
  -- Scheme of the codes of its units, such as statistical-12.
  add column scheme text not null default 'own',
  -- The level at which a compound lies in one unit; null: it may lie across.
  add column whole_level smallint check (whole_level between 0 and 9),
  -- Counts the changes of the tree: an import says which one it was compared with.
  add column version integer not null default 1;

alter table units
  add column form text not null default 'place' check (form in ('place', 'mobile', 'group')),
  -- GeoJSON coordinates of one Polygon, WGS 84, and the reference system that it came in.
  add column outline jsonb,
  add column outline_source text check (outline_source in ('wgs84', 'gcj02', 'bd09')),
  add column ended_at timestamptz,
  add constraint units_outline_form check (outline is null or form = 'place');

-- What a unit was, and when. The row without an end is what it is now.
create table unit_versions (
  unit_id text not null references units,
  valid tstzrange not null,
  parent_id text,
  path text not null,
  level smallint not null,
  kind text not null,
  name text not null,
  population integer,
  -- create, change, move, merge, split, end; what it was merged into or split from stands in other_ids.
  change text not null,
  other_ids text[] not null default '{}',
  actor text,
  primary key (unit_id, valid),
  exclude using gist (unit_id with =, valid with &&)
);
select angrid_unscoped('unit_versions', 'the grid is public knowledge of the platform');
insert into unit_versions (unit_id, valid, parent_id, path, level, kind, name, population, change)
  select unit_id, tstzrange(now(), null), parent_id, path, level, kind, name, population, 'create' from units;

-- by: who says so. What was found by geometry is found anew after a change; what a person said stays.
alter table place_units add column by text not null default 'hand' check (by in ('hand', 'geometry'));
create index place_units_unit on place_units (unit_id) where upper_inf(valid);

alter table places
  add column lon double precision check (lon between -180 and 180),
  add column lat double precision check (lat between -90 and 90),
  add constraint places_position check ((lon is null) = (lat is null));

alter table devices
  add column lon double precision check (lon between -180 and 180),
  add column lat double precision check (lat between -90 and 90),
  -- The grid code that the device's own register gives it.
  add column grid_code text,
  -- The unit of a device that stands at no place of a unit.
  add column unit_id text references units,
  add column linked_by text check (linked_by in ('registry', 'geometry')),
  add constraint devices_position check ((lon is null) = (lat is null)),
  add constraint devices_linked check ((unit_id is null) = (linked_by is null));

-- Facilities, premises and houses, never persons. An entry may be a member of a unit that is a group (ten households,
-- a row of shops): one a tree and time.
create table register_entries (
  compound_id text not null references compounds,
  entry_id text not null,
  register text not null check (register in ('facility', 'premises', 'house')),
  name text not null,
  kind text not null,
  place_id text,
  lon double precision check (lon between -180 and 180),
  lat double precision check (lat between -90 and 90),
  noted_at timestamptz not null,
  removed_at timestamptz,
  primary key (compound_id, entry_id),
  foreign key (compound_id, place_id) references places,
  check ((lon is null) = (lat is null))
);
create index register_entries_place on register_entries (compound_id, place_id);
select angrid_protect('register_entries', 'compound_id');

create table unit_members (
  compound_id text not null,
  entry_id text not null,
  tree_id text not null references trees,
  unit_id text not null references units,
  valid tstzrange not null,
  primary key (compound_id, entry_id, tree_id, valid),
  foreign key (compound_id, entry_id) references register_entries,
  exclude using gist (compound_id with =, entry_id with =, tree_id with =, valid with &&)
);
create index unit_members_unit on unit_members (unit_id) where upper_inf(valid);
select angrid_protect('unit_members', 'compound_id');
