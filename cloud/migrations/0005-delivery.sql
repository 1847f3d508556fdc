-- What can be proved of a device's delivery, as its gateway's ledger tells it: which of its numbers never came, and what
-- an absence has cost.
create table device_gaps (
  gap text not null,
  compound_id text not null references compounds,
  gateway_id text not null,
  device_id text not null,
  -- Which of the device's counts, from 1.
  device_epoch bigint not null,
  first_sequence bigint not null,
  last_sequence bigint not null,
  state text not null check (state in ('open', 'backfilled', 'lost')),
  -- [{from, to}] of first–last that has not come.
  missing jsonb not null,
  why text,
  check ((state = 'lost') = (why is not null)),
  -- What is missing happened between these.
  after_at timestamptz not null,
  before_at timestamptz not null,
  noticed_at timestamptz not null,
  changed_at timestamptz not null,
  -- The newest item with this gap holds.
  told_epoch bigint not null,
  told_sequence bigint not null,
  retention_class text not null,
  purpose text not null,
  site_class text not null,
  primary key (gap, compound_id)
);
create index device_gaps_device on device_gaps (compound_id, device_id, before_at desc);
create index device_gaps_gateway on device_gaps (gateway_id, noticed_at desc);
select angrid_protect('device_gaps', 'compound_id');

create table outages (
  item_id bytea not null,
  compound_id text not null references compounds,
  gateway_id text not null,
  device_id text not null,
  away_from timestamptz not null,
  away_to timestamptz not null,
  late integer not null,
  backfilled bigint not null,
  lost_count bigint not null,
  -- [{epoch, from, to, why}], oldest first.
  lost jsonb not null,
  duplicates integer not null,
  rejected jsonb not null,
  certainty text not null,
  reported_at timestamptz not null,
  retention_class text not null,
  purpose text not null,
  site_class text not null,
  primary key (item_id, compound_id)
);
create index outages_device on outages (compound_id, device_id, away_to desc);
create index outages_recent on outages (compound_id, reported_at desc);
select angrid_protect('outages', 'compound_id');
