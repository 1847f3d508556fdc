-- Ways out of the house: robots of chat groups, webhooks, mailboxes; and the links on their cards.
create table channel_targets (
  target_id uuid primary key,
  channel text not null check (channel in ('wecom', 'dingtalk', 'feishu', 'webhook', 'email')),
  -- Of a group, an office or a platform, not of a person.
  name text not null unique,
  locale text not null check (locale in ('zh-CN', 'en')),
  -- Which legs it takes: those of this unit and below, and of this duty. Null: of every one.
  unit_path text,
  duty text,
  -- What people may see of the address: its host and its last characters.
  shown text not null,
  -- AES-256-GCM over {address, secrets}: who reads the database can speak in nobody's name.
  sealed bytea not null,
  -- When it was sent something of late, ms since 1970: the rate limit of all processes together.
  sent_at jsonb not null default '[]',
  blocked_until timestamptz,
  -- What came of the last message.
  last_state text check (last_state in ('delivered', 'refused', 'gone')),
  last_reason text,
  last_at timestamptz,
  -- The receiver wants no more, until an administrator switches it on again.
  gone_at timestamptz,
  disabled_at timestamptz,
  created_at timestamptz not null
);
select angrid_unscoped('channel_targets', 'set up by administrators, used by the courier');

-- A link on a card: opens one leg for whoever stands in the group that was told, and lets one of them answer it.
create table leg_links (
  link_hash text primary key,
  leg_id uuid not null references legs on delete cascade,
  compound_id text not null,
  target_id uuid not null references channel_targets,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- Who answered first holds the leg: a secret of that browser. The link itself is spent by it.
  holder_hash text,
  spent_at timestamptz
);
create index leg_links_leg on leg_links (leg_id);
create index leg_links_old on leg_links (expires_at);
select angrid_protect('leg_links', 'compound_id');
