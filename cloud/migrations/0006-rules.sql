-- Rules and calendar of a compound, and what single devices have of their own (contract: rule-settings, calendar, site).
alter table compounds
  add column calendar jsonb not null default '{"dates": [], "periods": []}',
  -- Counts the changes of rules and calendar: whoever changes them says which version was on the screen.
  add column rules_version integer not null default 1;

alter table devices
  add column rules jsonb,
  -- [{channel, heldOpenSeconds?, periods?}]
  add column doors jsonb not null default '[]',
  -- The device that it hangs behind.
  add column behind text;
