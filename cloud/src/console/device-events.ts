import { type EventKind, kindDefinition, type LateReason, type Localized } from '@angrid/contract';
import { sql } from 'kysely';
import { z } from 'zod';
import type { CloudTransaction } from '../database.js';
import type { DeviceRef } from './devices.js';
import { limitFilter, readCursor, textFilter, writeCursor } from './filters.js';

export const eventFilterSchema = z.object({ before: textFilter, limit: limitFilter(50, 200) });
export type EventFilter = z.infer<typeof eventFilterSchema>;

export interface EventView {
  readonly id: string;
  readonly kind: EventKind;
  readonly kindTitle: Localized;
  readonly occurredAt: Date;
  readonly late: boolean;
  readonly lateBecause: LateReason | null;
  readonly exercise: boolean;
  readonly channel: string | null;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

export interface EventPage {
  readonly events: readonly EventView[];
  readonly next: string | null;
}

/** What a device has said, latest first by the time at which its gateway heard it. */
export async function deviceEvents(
  trx: CloudTransaction,
  { compound, device }: DeviceRef,
  { before, limit }: EventFilter,
): Promise<EventPage> {
  const cursor = readCursor(before);
  const earlier = cursor
    ? sql`and (e.recorded_at, encode(e.id, 'hex')) < (${cursor.at}::timestamptz, ${cursor.id})`
    : sql``;
  const { rows } = await sql<Omit<EventView, 'kindTitle'> & { recordedAt: Date }>`
    select encode(e.id, 'hex') as id, e.kind, e.occurred_at as "occurredAt", e.late, e.exercise,
      e.data ->> 'lateBecause' as "lateBecause",
      e.recorded_at as "recordedAt", e.data ->> 'channel' as channel, coalesce(e.data -> 'attributes', '{}') as attributes
    from events e
    where e.compound_id = ${compound} and e.device_id = ${device} ${earlier}
    order by e.recorded_at desc, encode(e.id, 'hex') desc
    limit ${limit + 1}`.execute(trx);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last ? writeCursor({ at: last.recordedAt, id: last.id }) : null;
  const events = shown.map(({ recordedAt: _, ...event }) => ({
    ...event,
    kindTitle: kindDefinition(event.kind).title,
  }));
  return { events, next };
}
