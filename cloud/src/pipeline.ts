import type { AlertItem, BatchAnswer, EventItem, Item } from '@angrid/contract';
import type { Transaction } from 'kysely';
import { correlateBatch, lockCompound } from './correlation/correlate-batch.js';
import { incidentNews } from './correlation/incident-news.js';
import { dispatch } from './dispatch/dispatch.js';
import { announce, type FeedEntry } from './dispatch/feed.js';
import type { IngestContext } from './ingest/context.js';
import { lockDevices, updateDevicesByAlerts, updateDeviceStates } from './ingest/device-state.js';
import { advanceLane, type LaneHead, lockLane } from './ingest/lane.js';
import type { ReadBatch, Refused } from './ingest/read-batch.js';
import { isRestricted } from './ingest/restricted.js';
import { type AlertChange, siftAlerts, storeAlerts } from './ingest/store-alerts.js';
import { isEvent, storeEvents } from './ingest/store-events.js';
import { type OtherItem, storeOther } from './ingest/store-other.js';
import { locate, type Whereabouts } from './linking/places.js';
import type { Database } from './schema.js';
import { bumpSite } from './sites/site-config.js';

type Locator = (device: string) => Whereabouts;
type Verdict = Pick<BatchAnswer, 'accepted' | 'duplicate'>;

/**
 * ingest → link → correlate → dispatch, in one transaction: a batch is answered only after all of it is committed,
 * and nothing of it is seen before.
 */
export async function receive(
  trx: Transaction<Database>,
  batch: ReadBatch,
  context: IngestContext,
): Promise<Omit<BatchAnswer, 'siteVersion'>> {
  const { header, items } = batch;
  const head = await lockLane(trx, batch, context);
  const whereabouts = await locate(trx, context.compound.id, items.map(subjectOf), context.now);

  const events = await ingestEvents(trx, items.filter(isEvent), whereabouts, context);
  const alerts = await passAlerts(trx, items.filter(isAlert), whereabouts, context);
  await lockDevices(trx, items, context);
  await updateDeviceStates(trx, events.fresh, context);
  await updateDevicesByAlerts(trx, alerts.fresh, context);
  const others = await ingestOthers(trx, items.filter(isOther), head, context);
  const accepted = [...events.accepted, ...alerts.accepted, ...others.accepted];

  await advanceLane(trx, header, head, context);
  await announce(trx, [...deviceNews(events.fresh, whereabouts, context), ...alerts.news], context.now);
  return {
    accepted,
    duplicate: [...events.duplicate, ...alerts.duplicate, ...others.duplicate],
    rejected: [...batch.refused, ...others.rejected],
    ...(isRegressed(items, accepted, head) ? { openEpoch: true } : {}),
  };
}

/** Something new under numbers that the lane has passed: the gateway goes on from an older disk. */
function isRegressed(items: readonly Item[], accepted: readonly string[], head: LaneHead): boolean {
  const passed = new Set(items.filter(({ sequence }) => sequence <= head.sequence).map(({ id }) => id));
  return accepted.some((id) => passed.has(id));
}

async function ingestEvents(
  trx: Transaction<Database>,
  events: readonly EventItem[],
  whereabouts: Locator,
  context: IngestContext,
): Promise<Verdict & { fresh: readonly EventItem[] }> {
  const stored = await storeEvents(trx, events, whereabouts, context);
  const fresh = events.filter(({ id }) => stored.has(id));
  const known = events.filter(({ id }) => !stored.has(id));
  return { accepted: fresh.map(({ id }) => id), duplicate: known.map(({ id }) => id), fresh };
}

async function passAlerts(
  trx: Transaction<Database>,
  alerts: readonly AlertItem[],
  whereabouts: Locator,
  context: IngestContext,
): Promise<Verdict & { fresh: readonly AlertItem[]; news: readonly FeedEntry[] }> {
  if (alerts.length > 0) await lockCompound(trx, context.compound.id);
  const { changes, arriving, raised } = await siftAlerts(trx, alerts, whereabouts, context);
  const decisions = await correlateBatch(trx, raised, context);
  await storeAlerts(trx, arriving, { whereabouts, placements: decisions.placements }, context);
  await dispatch(trx, decisions.correlated, context);
  const known = changes.filter(({ change }) => change === 'none');
  const news = changes.filter(({ change }) => change !== 'none');
  return {
    accepted: news.map(({ item }) => item.id),
    duplicate: known.map(({ item }) => item.id),
    fresh: news.map(({ item }) => item),
    news: [
      ...news.flatMap((change) => alertNews(change, whereabouts, context)),
      ...incidentNews(decisions, context.compound.id),
    ],
  };
}

async function ingestOthers(
  trx: Transaction<Database>,
  others: readonly OtherItem[],
  head: LaneHead,
  context: IngestContext,
): Promise<Verdict & { rejected: readonly Refused[] }> {
  const verdict: Verdict = { accepted: [], duplicate: [] };
  const rejected: Refused[] = [];
  let siteChanged = false;
  for (const item of others) {
    const stored = await storeOther(trx, item, head, context);
    if (typeof stored === 'object') rejected.push(stored);
    else verdict[stored ? 'accepted' : 'duplicate'].push(item.id);
    siteChanged ||= stored === true && item.type === 'cn.angrid.provision.v1';
  }
  if (siteChanged) await bumpSite(trx, context.compound.id, context.now);
  return { ...verdict, rejected };
}

function isAlert(item: Item): item is AlertItem {
  return item.type === 'cn.angrid.alert.v1';
}

function isOther(item: Item): item is OtherItem {
  return !isEvent(item) && !isAlert(item);
}

function subjectOf({ subject }: Item): string {
  return subject;
}

function alertNews(
  { item, incident }: AlertChange,
  whereabouts: Locator,
  { compound }: IngestContext,
): readonly FeedEntry[] {
  const { data, late, exercise } = item;
  const { unitPath } = whereabouts(data.device);
  const place = { compound: compound.id, unitPath, restricted: isRestricted(item) };
  const news: FeedEntry[] = [{ topic: 'alert', subject: data.alert, ...place }];
  if (incident !== null) news.push({ topic: 'incident', subject: incident, ...place });
  if (!late && !exercise) news.push({ topic: 'device', subject: data.device, ...place });
  return news;
}

function deviceNews(events: readonly EventItem[], whereabouts: Locator, { compound }: IngestContext): FeedEntry[] {
  const told = events.filter((event) => !event.late && !event.exercise && !isRestricted(event));
  const devices = new Set(told.map(({ data }) => data.device));
  return [...devices].map((device) => ({
    topic: 'device',
    subject: device,
    compound: compound.id,
    unitPath: whereabouts(device).unitPath,
  }));
}
