import type { EventItem, EventKind } from '@angrid/contract';
import { sql, type Transaction } from 'kysely';
import type { Database } from '../schema.js';
import type { IngestContext } from './context.js';

type DoorState = 'open' | 'closed' | 'held_open' | 'forced' | 'unknown';
type DeviceState = 'online' | 'offline';

const doorStates: Partial<Record<EventKind, DoorState>> = {
  'door.opened': 'open',
  'door.closed': 'closed',
  'door.held_open': 'held_open',
  'door.forced': 'forced',
};

interface Change {
  at: string;
  door: DoorState | null;
  doorAt: string | null;
  state: DeviceState;
}

/** Keeps what the doors page shows: the last word of each device. Late events and exercises change nothing. */
export async function updateDeviceStates(
  trx: Transaction<Database>,
  events: readonly EventItem[],
  context: IngestContext,
): Promise<void> {
  const changes = changesOf(events);
  if (changes.size === 0) return;
  const column = <T>(value: (change: Change) => T): T[] => [...changes.values()].map(value);
  await sql`
    update devices d set
      last_event_at = greatest(d.last_event_at, c.at),
      door_state = coalesce(c.door, d.door_state),
      door_since = coalesce(c.door_at, d.door_since),
      state = c.state,
      state_since = case when d.state = c.state then d.state_since else c.at end
    from unnest(${[...changes.keys()]}::text[], ${column(({ at }) => at)}::timestamptz[],
      ${column(({ door }) => door)}::text[], ${column(({ doorAt }) => doorAt)}::timestamptz[],
      ${column(({ state }) => state)}::text[]) as c (device_id, at, door, door_at, state)
    where d.compound_id = ${context.compound.id} and d.device_id = c.device_id`.execute(trx);
}

function changesOf(events: readonly EventItem[]): Map<string, Change> {
  const changes = new Map<string, Change>();
  for (const { data, late, exercise } of events) {
    if (late || exercise) continue;
    const at = data.gatewayTime.wall;
    const before = changes.get(data.device);
    const door = doorStates[data.kind] ?? null;
    changes.set(data.device, {
      at,
      door: door ?? before?.door ?? null,
      doorAt: door === null ? (before?.doorAt ?? null) : at,
      state: data.kind === 'health.offline' ? 'offline' : 'online',
    });
  }
  return changes;
}
