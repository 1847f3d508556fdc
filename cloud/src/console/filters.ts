import { AnGridError, instantSchema } from '@angrid/contract';
import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';

export const textFilter = z.string().min(1).max(200).optional();

/** `1,2` */
export const severityFilter = z
  .string()
  .regex(/^[1-4](,[1-4]){0,3}$/)
  .transform((list) => list.split(',').map(Number))
  .optional();

export const limitFilter = (standard: number, most: number) =>
  z.coerce.number().int().min(1).max(most).default(standard);

/** Where the next page starts: the instant of the last row, and its id where several share the instant. */
export interface Cursor {
  readonly at: Date;
  readonly id: string;
}

export function writeCursor({ at, id }: Cursor): string {
  return `${at.toISOString()}~${id}`;
}

export function readCursor(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined;
  const [at, id = ''] = text.split('~');
  const parsed = instantSchema.safeParse(at);
  if (!parsed.success) throw new AnGridError('input.invalid', { op: 'console.list', detail: 'before: not an instant' });
  return { at: new Date(parsed.data), id };
}

/** Joined by `and`; true where there is none. */
export function allOf(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`true` : sql.join([...conditions], sql` and `);
}

/** A unit and everything below it. */
export function withinUnit(column: RawBuilder<unknown>, unit: string): RawBuilder<unknown> {
  return sql`(${column} || '/') ^@ ${`${unit}/`}`;
}

/** The pattern for `ilike` that finds the text anywhere. */
export function anywhere(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}
