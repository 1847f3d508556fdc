-- What a transaction tells the live feed is one batch. The batch gets the position, so that the rows themselves are
-- written once and lie in one index. Consoles load anew; positions go on where they were.
create table feed_batches (
  batch_id bigint generated always as identity primary key,
  -- Of its last row; null until the transaction has committed and the sequencer has come by.
  position bigint unique,
  size integer not null check (size between 0 and 500),
  created_at timestamptz not null
);
create index feed_batches_unplaced on feed_batches (batch_id) where position is null;
select angrid_unscoped('feed_batches', 'how much a transaction has told, not what');

insert into feed_batches (position, size, created_at) select last_value, 0, now() from feed_positions where is_called;
drop table feed;
drop sequence feed_positions;

create table feed (
  -- A foreign key would be asked once a row; both are written and forgotten together.
  batch_id bigint not null,
  -- From 1 to the size of the batch.
  nr integer not null,
  compound_id text not null,
  unit_path text,
  topic text not null,
  subject text not null,
  restricted boolean not null default false,
  primary key (batch_id, nr)
);
select angrid_protect('feed', 'compound_id', 'unit_path');
select angrid_restrict('feed');
