import { createHash } from 'node:crypto';
import { type MigrationFile, readMigrations } from '../src/platform/database/migrator.js';

export function migrationFile(name: string, text: string): MigrationFile {
  return { name, text, sha256: createHash('sha256').update(text).digest('hex') };
}

/** 0001 of the product, then a small schema that has one of each case. */
export async function sampleMigrations(): Promise<readonly MigrationFile[]> {
  const scope = (await readMigrations()).filter(({ name }) => name === '0001-scope.sql');
  return [...scope, migrationFile('0002-sample.sql', SAMPLE)];
}

export interface SampleSchema {
  event: { id: string; compound: string; recorded_at: string; note: string | null };
  place: { id: number; compound: string; unit_path: string | null; parent: number | null };
  entry: { id: number; compound: string; text: string };
  session: { id: string };
  forgotten: { id: number };
}

const SAMPLE = `
  create table place (
    id bigint generated always as identity primary key,
    compound text not null,
    unit_path text,
    parent bigint references place
  );
  select angrid_protect('place', 'compound', 'unit_path');

  create table event (
    id text not null,
    compound uuid not null,
    recorded_at timestamptz not null,
    note text,
    shout text generated always as (upper(note)) stored,
    primary key (recorded_at, id)
  ) partition by range (recorded_at);
  create table event_2026_01 partition of event for values from ('2026-01-01') to ('2026-02-01');
  create table event_2026_02 partition of event for values from ('2026-02-01') to ('2026-03-01');
  select angrid_protect('event');

  create table a_note (
    place bigint not null references place,
    compound text not null,
    body bytea
  );
  select angrid_protect('a_note');

  create table entry (
    id bigint generated always as identity primary key,
    compound text not null,
    text text not null,
    actor text not null default angrid_actor()
  );
  select angrid_protect('entry');
  select angrid_append_only('entry');
  create function shout() returns trigger language plpgsql as $$ begin new.text := new.text || '!'; return new; end $$;
  create trigger shout before insert on entry for each row execute function shout();

  create table session (id text primary key);
  select angrid_unscoped('session', 'belongs to an account');

  create table forgotten (id int);
`;
