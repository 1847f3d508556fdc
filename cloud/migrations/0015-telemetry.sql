-- Telemetry: what was counted or measured of a subject in one minute. Several processes write rows of their own, which
-- are added up when they are read. It tells how things went; nothing is decided on it.
create table telemetry (
  at timestamptz not null,
  compound_id text not null references compounds,
  unit_path text,
  series text not null,
  -- A device, or the gateway.
  subject text not null,
  count integer not null,
  sum double precision not null,
  max double precision not null
);
create index telemetry_series on telemetry (compound_id, series, subject, at);
create index telemetry_old on telemetry using brin (at);
select angrid_protect('telemetry', 'compound_id', 'unit_path');
