import type { ColumnType } from 'kysely';

/** timestamptz: read as Date, written as Date or RFC 3339 text. */
export type Instant = ColumnType<Date, Date | string, Date | string>;
export type MaybeInstant = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
/** jsonb: read as a value, written as JSON text. */
export type Json<T> = ColumnType<T, string, string>;
export type MaybeJson<T> = ColumnType<T | null, string | null | undefined, string | null>;
/** bigint below 2^53. */
export type BigInt64 = number;

/** Why a row is kept, and for how long. */
export interface KeptFor {
  retention_class: string;
  purpose: string;
  site_class: string;
}
