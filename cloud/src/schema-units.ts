import type { Localized } from '@angrid/contract';
import type { ColumnType, Generated } from 'kysely';
import type { Instant, Json, MaybeInstant, MaybeJson } from './schema-columns.js';

export type TreePurpose = 'police' | 'grid' | 'property';
/** place: stands somewhere. mobile: a taxi, a patrol. group: ten households, a row of shops. */
export type UnitForm = 'place' | 'mobile' | 'group';
export type SourceCrs = 'wgs84' | 'gcj02' | 'bd09';
/** Rings of [longitude, latitude], WGS 84; the first is the outer one. */
export type Outline = [number, number][][];

type MaybeNumber = ColumnType<number | null, number | null | undefined, number | null>;
type MaybeText = ColumnType<string | null, string | null | undefined, string | null>;

export interface TreesTable {
  tree_id: string;
  name: Json<Localized>;
  purpose: Generated<TreePurpose>;
  precedence: Generated<number>;
  scheme: Generated<string>;
  whole_level: MaybeNumber;
  version: Generated<number>;
}

export interface UnitsTable {
  unit_id: string;
  tree_id: string;
  parent_id: string | null;
  path: string;
  level: number;
  kind: string;
  name: string;
  codes: Json<{ scheme: string; value: string; formerSince?: string }[]>;
  population: number | null;
  form: Generated<UnitForm>;
  outline: MaybeJson<Outline>;
  outline_source: ColumnType<SourceCrs | null, SourceCrs | null | undefined, SourceCrs | null>;
  ended_at: MaybeInstant;
}

export interface UnitVersionsTable {
  unit_id: string;
  /** tstzrange as text. */
  valid: string;
  parent_id: string | null;
  path: string;
  level: number;
  kind: string;
  name: string;
  population: number | null;
  change: string;
  other_ids: Generated<string[]>;
  actor: string | null;
}

interface Position {
  lon: MaybeNumber;
  lat: MaybeNumber;
}

export interface PlacesTable extends Position {
  compound_id: string;
  place_id: string;
  name: string;
  kind: string;
  /** How many stand there now: the database keeps it. */
  devices: Generated<number>;
}

export interface PlaceUnitsTable {
  compound_id: string;
  place_id: string;
  tree_id: string;
  unit_id: string;
  /** tstzrange as text. */
  valid: string;
  by: Generated<'hand' | 'geometry'>;
}

/** What of a device finds its unit where it stands at no place. */
export interface DeviceWhereabouts extends Position {
  grid_code: MaybeText;
  unit_id: MaybeText;
  linked_by: ColumnType<'registry' | 'geometry' | null, 'registry' | 'geometry' | null | undefined>;
}

export interface RegisterEntriesTable extends Position {
  compound_id: string;
  entry_id: string;
  register: 'facility' | 'premises' | 'house';
  name: string;
  kind: string;
  place_id: string | null;
  noted_at: Instant;
  removed_at: MaybeInstant;
}

export interface UnitMembersTable {
  compound_id: string;
  entry_id: string;
  tree_id: string;
  unit_id: string;
  valid: string;
}
