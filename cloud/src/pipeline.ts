import type { AlertItem, BatchAnswer, EventItem, Item } from '@angrid/contract';
import type { Transaction } from 'kysely';
import { correlate } from './correlation/correlate.js';
import { dispatch } from './dispatch/dispatch.js';
import { announce, type FeedEntry } from './dispatch/feed.js';
import type { IngestContext } from './ingest/context.js';
import { updateDeviceStates } from './ingest/device-state.js';
import { advanceLane, type LaneHead, lockLane } from './ingest/lane.js';
import type { ReadBatch } from './ingest/read-batch.js';
import { type AlertChange, storeAlert } from './ingest/store-alerts.js';
import { isEvent, storeEvents } from './ingest/store-events.js';
import { storeOther } from './ingest/store-other.js';
import { locate, type Whereabouts } from './linking/places.js';
import type { Database } from './schema.js';

type Locator = (device: string) => Whereabouts;
type Verdict = Pick<BatchAnswer, 'accepted' | 'duplicate'>;

/**
 * ingest → link → correlate → dispatch, in one transaction: a batch is answered only after all of it is committed,
 * and nothing of it is seen before.
 */
export async function receive(
  trx: Transaction<Database>,
  { header, items, refused }: ReadBatch,
  context: IngestContext,
): Promise<Omit<BatchAnswer, 'siteVersion'>> {
  const head = await lockLane(trx, header, context);
  const whereabouts = await locate(
    trx,
    context.compound.id,
    items.map(({ subject }) => subject),
    context.now,
  );

  const events = await ingestEvents(trx, items.filter(isEvent), whereabouts, context);
  const verdict: Verdict = { accepted: [...events.accepted], duplicate: [...events.duplicate] };
  const feed: FeedEntry[] = [];
  for (const item of items) {
    if (isEvent(item)) continue;
    const fresh = isAlert(item)
      ? await passAlert(trx, { item, where: whereabouts(item.data.device), feed }, context)
      : await ingestOther(trx, item, head, context);
    verdict[fresh ? 'accepted' : 'duplicate'].push(item.id);
  }

  await advanceLane(trx, header, head, context);
  await announce(trx, [...deviceNews(events.fresh, whereabouts, context), ...feed], context.now);
  const regressed = header.from <= head.sequence && verdict.accepted.length > 0;
  return { ...verdict, rejected: [...refused], ...(regressed ? { openEpoch: true } : {}) };
}

async function ingestEvents(
  trx: Transaction<Database>,
  events: readonly EventItem[],
  whereabouts: Locator,
  context: IngestContext,
): Promise<Verdict & { fresh: readonly EventItem[] }> {
  const stored = await storeEvents(trx, events, whereabouts, context);
  const fresh = events.filter(({ id }) => stored.has(id));
  await updateDeviceStates(trx, fresh, context);
  const known = events.filter(({ id }) => !stored.has(id));
  return { accepted: fresh.map(({ id }) => id), duplicate: known.map(({ id }) => id), fresh };
}

interface PassingAlert {
  readonly item: AlertItem;
  readonly where: Whereabouts;
  readonly feed: FeedEntry[];
}

async function passAlert(
  trx: Transaction<Database>,
  { item, where, feed }: PassingAlert,
  context: IngestContext,
): Promise<boolean> {
  const { change, alert } = await storeAlert(trx, item, where, context);
  if (change === 'none') return false;
  const correlated = change === 'raised' ? await correlate(trx, alert, context) : undefined;
  if (correlated) await dispatch(trx, correlated, context);
  feed.push(...(await alertNews(trx, change, item, where)));
  return true;
}

/** Reports and installer's work count by their sequence: what the lane has passed is known. */
async function ingestOther(
  trx: Transaction<Database>,
  item: Exclude<Item, EventItem | AlertItem>,
  head: LaneHead,
  context: IngestContext,
): Promise<boolean> {
  if (item.sequence <= head.sequence) return false;
  return storeOther(trx, item, context);
}

function isAlert(item: Item): item is AlertItem {
  return item.type === 'cn.angrid.alert.v1';
}

async function alertNews(
  trx: Transaction<Database>,
  change: AlertChange['change'],
  { data }: AlertItem,
  { unitPath }: Whereabouts,
): Promise<FeedEntry[]> {
  const row = await trx
    .selectFrom('alerts')
    .select(['incident_id', 'compound_id'])
    .where('alert', '=', data.alert)
    .executeTakeFirst();
  if (!row) return [];
  const place = { compound: row.compound_id, unitPath };
  const news: FeedEntry[] = [{ topic: 'alert', subject: data.alert, ...place, payload: { change } }];
  if (row.incident_id !== null) news.push({ topic: 'incident', subject: row.incident_id, ...place });
  return news;
}

function deviceNews(events: readonly EventItem[], whereabouts: Locator, { compound }: IngestContext): FeedEntry[] {
  const devices = new Set(events.filter(({ late, exercise }) => !late && !exercise).map(({ data }) => data.device));
  return [...devices].map((device) => ({
    topic: 'device',
    subject: device,
    compound: compound.id,
    unitPath: whereabouts(device).unitPath,
  }));
}
