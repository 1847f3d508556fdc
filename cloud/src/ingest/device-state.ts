import type { AlertItem, EventItem, EventKind, Item } from '@angrid/contract';
import { type RawBuilder, sql, type Transaction } from 'kysely';
import { send } from '../platform/database/index.js';
import type { Database } from '../schema.js';
import type { IngestContext } from './context.js';
import { isRestricted } from './restricted.js';

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

/**
 * Locks the devices that the items change, always in the same order, so that batches of two lanes never wait for one
 * another in a circle. Late in the transaction: an alarm waits for no more than the end of a batch of records.
 */
export async function lockDevices(
  trx: Transaction<Database>,
  items: readonly Item[],
  { compound }: IngestContext,
): Promise<void> {
  const devices = new Set(items.flatMap(changedBy));
  if (devices.size === 0) return;
  await send(trx)`
    select from devices where compound_id = ${compound.id} and device_id = any (${[...devices]}::text[])
    order by device_id for no key update`;
}

function changedBy(item: Item): readonly string[] {
  if (item.type === 'cn.angrid.report.health.v1')
    return [item.subject, ...item.data.devices.map(({ device }) => device)];
  if (item.type === 'cn.angrid.alert.v1' && !isLinkWord(item) && !isDoorWord(item)) return [];
  return [item.subject];
}

/** Keeps what the doors page shows: the last word of each device. Late, restricted and drilled events change nothing. */
export async function updateDeviceStates(
  trx: Transaction<Database>,
  events: readonly EventItem[],
  context: IngestContext,
): Promise<void> {
  const changes = changesOf(events);
  if (changes.size === 0) return;
  const column = <T>(value: (change: Change) => T): T[] => [...changes.values()].map(value);
  await send(trx)`
    update devices d set
      last_event_at = greatest(d.last_event_at, c.at),
      door_state = case when ${isLatest('door')} then c.door else d.door_state end,
      door_since = case when ${isLatest('door')} then c.door_at else d.door_since end,
      state = case when ${isLatest('state')} then c.state else d.state end,
      state_since = case when ${isLatest('state')} and d.state <> c.state then c.at else d.state_since end
    from unnest(${[...changes.keys()]}::text[], ${column(({ at }) => at)}::timestamptz[],
      ${column(({ door }) => door)}::text[], ${column(({ doorAt }) => doorAt)}::timestamptz[],
      ${column(({ state }) => state)}::text[]) as c (device_id, at, door, door_at, state)
    where d.compound_id = ${context.compound.id} and d.device_id = c.device_id`;
}

/** Lanes overtake one another: an older word never replaces a newer one. */
function isLatest(what: 'door' | 'state'): RawBuilder<boolean> {
  if (what === 'door') return sql`c.door is not null and c.door_at >= coalesce(d.door_since, '-infinity')`;
  return sql`(d.state = 'unknown' or c.at >= d.state_since)`;
}

/** What only a rule can tell: a device that says nothing any more, a door that stays open. */
export async function updateDevicesByAlerts(
  trx: Transaction<Database>,
  alerts: readonly AlertItem[],
  context: IngestContext,
): Promise<void> {
  const told = alerts.filter(({ late, exercise }) => !late && !exercise);
  const links = new Map(told.filter(isLinkWord).map((item) => [item.data.device, item]));
  const doors = new Map(told.filter(isDoorWord).map((item) => [item.data.device, item]));
  if (links.size > 0) await updateLinks(trx, [...links.values()], context);
  if (doors.size > 0) await updateDoors(trx, [...doors.values()], context);
}

function isLinkWord({ data }: AlertItem): boolean {
  return data.kind === 'health.offline';
}

function isDoorWord({ data }: AlertItem): boolean {
  return data.state === 'active' && (data.kind === 'door.held_open' || data.kind === 'door.forced');
}

async function updateLinks(
  trx: Transaction<Database>,
  items: readonly AlertItem[],
  { compound }: IngestContext,
): Promise<void> {
  await send(trx)`
    update devices d set state = c.state, state_since = c.since
    from unnest(${items.map(({ data }) => data.device)}::text[],
      ${items.map(({ data }): DeviceState => (data.state === 'active' ? 'offline' : 'online'))}::text[],
      ${items.map(({ data, time }) => (data.state === 'active' ? data.since.wall : time))}::timestamptz[])
      as c (device_id, state, since)
    where d.compound_id = ${compound.id} and d.device_id = c.device_id and d.state <> c.state`;
}

async function updateDoors(
  trx: Transaction<Database>,
  items: readonly AlertItem[],
  { compound }: IngestContext,
): Promise<void> {
  await send(trx)`
    update devices d set door_state = c.door, door_since = c.since
    from unnest(${items.map(({ data }) => data.device)}::text[],
      ${items.map(({ data }) => doorStates[data.kind] ?? null)}::text[],
      ${items.map(({ data }) => data.since.wall)}::timestamptz[]) as c (device_id, door, since)
    where d.compound_id = ${compound.id} and d.device_id = c.device_id
      and (d.door_since is null or d.door_since <= c.since)`;
}

function changesOf(events: readonly EventItem[]): Map<string, Change> {
  const changes = new Map<string, Change>();
  for (const event of events) {
    const { data, late, exercise } = event;
    if (late || exercise || isRestricted(event)) continue;
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
