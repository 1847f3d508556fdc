-- What somebody has besides a password (RFC 6238).
create table second_factors (
  account_id uuid primary key references accounts,
  -- The shared secret, sealed.
  sealed bytea not null,
  -- Null: offered; no code has shown yet that it arrived.
  confirmed_at timestamptz,
  -- The step of the last code that was taken; no code of it, or of one before, is taken again.
  last_step integer not null default 0,
  -- argon2id of each recovery code that is left.
  recovery text[] not null default '{}'
);
select angrid_unscoped('second_factors', 'belongs to an account');

-- How long the audit log was on a day and the hash of its last row, for somebody outside the house to keep.
create table audit_roots (
  day date primary key,
  rows bigint not null check (rows > 0),
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  read_at timestamptz not null
);
select angrid_unscoped('audit_roots', 'of the one chain over all compounds');
select angrid_append_only('audit_roots');

create table audit_root_posts (
  day date not null references audit_roots,
  attempt integer not null,
  posted_at timestamptz not null,
  state text not null check (state in ('delivered', 'refused', 'gone')),
  reason text,
  receipt jsonb,
  primary key (day, attempt)
);
select angrid_unscoped('audit_root_posts', 'of the one chain over all compounds');
select angrid_append_only('audit_root_posts');
