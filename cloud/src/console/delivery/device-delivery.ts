import { AnGridError, type GapState, type NumberRange, type RejectReason } from '@angrid/contract';
import { sql } from 'kysely';
import { z } from 'zod';
import type { CloudTransaction } from '../../database.js';
import type { DeviceRef } from '../devices.js';
import { gatewaysById } from '../gateways.js';
import { selectGaps, selectOutages } from './outages.js';
import { type DeliveryFacts, proofOf } from './proof.js';
import type { DeliveryView, DeviceGapView, OutageView } from './views.js';

export const deliveryFilterSchema = z.object({ hours: z.coerce.number().int().min(1).max(2160).default(24) });

const HOUR_MS = 3_600_000;
const MOST = 500;

interface Moment {
  readonly now: Date;
  readonly silenceMs: number;
  readonly hours: number;
}

/** What can be proved of one device's delivery. Throws subject.not-found; the caller has checked the scope. */
export async function deviceDelivery(
  trx: CloudTransaction,
  { compound, device }: DeviceRef,
  { now, silenceMs, hours }: Moment,
): Promise<DeliveryView> {
  const since = new Date(now.getTime() - hours * HOUR_MS);
  const row = await deviceRow(trx, { compound, device });
  const [gateway] = await gatewaysById(trx, [row.gateway], { now, silenceMs });
  const reading = { now, limit: MOST };
  const gaps = await selectGaps(
    trx,
    sql`x.compound_id = ${compound} and x.device_id = ${device} and (x.state = 'open' or x.before_at >= ${since})`,
    reading,
  );
  const outages = await selectOutages(
    trx,
    sql`o.compound_id = ${compound} and o.device_id = ${device} and o.away_to >= ${since}`,
    reading,
  );
  const present = { state: row.state, since: row.since, cutOffSince: row.cutOffSince };
  const heard = {
    silentSince: gateway?.silentSince ?? null,
    waiting: (gateway?.pending?.alarm ?? 0) + (gateway?.pending?.record ?? 0),
    quarantined: gateway?.pending?.quarantined ?? 0,
  };
  const facts = await factsOf(trx, { compound, device }, row.gateway);
  return {
    proof: proofOf({ ...facts, now, device: present, gateway: heard }),
    since,
    until: now,
    knownFrom: facts.numbered ? facts.firstHeardAt : null,
    gaps,
    outages,
    counts: { ...(await countEvents(trx, { compound, device }, since)), ...countsOf(gaps, outages) },
    device: present,
    gatewaySilentSince: heard.silentSince,
    clockSkewMs: row.clockSkewMs,
  };
}

function countsOf(
  gaps: readonly DeviceGapView[],
  outages: readonly OutageView[],
): Omit<DeliveryView['counts'], 'events' | 'late'> {
  const missing = (state: GapState): number =>
    sizeOf(gaps.filter((gap) => gap.state === state).flatMap((gap) => gap.missing));
  return {
    duplicates: total(outages.map(({ duplicates }) => duplicates)),
    rejected: rejectedOf(outages),
    lost: missing('lost'),
    open: missing('open'),
    backfilled: sizeOf(gaps) - sizeOf(gaps.flatMap((gap) => gap.missing)),
  };
}

interface DeviceRow {
  readonly gateway: string;
  readonly state: 'online' | 'offline' | 'unknown';
  readonly since: Date;
  readonly clockSkewMs: number | null;
  /** Since when the device that it hangs behind is away. */
  readonly cutOffSince: Date | null;
}

async function deviceRow(trx: CloudTransaction, { compound, device }: DeviceRef): Promise<DeviceRow> {
  const { rows } = await sql<DeviceRow>`
    select d.gateway_id as gateway, d.state, d.state_since as since, d.clock_skew_ms as "clockSkewMs",
      case when b.state = 'offline' then b.state_since end as "cutOffSince"
    from devices d
    left join devices b on b.compound_id = d.compound_id and b.device_id = d.behind and b.removed_at is null
    where d.compound_id = ${compound} and d.device_id = ${device}`.execute(trx);
  const [row] = rows;
  if (row) return row;
  throw new AnGridError('subject.not-found', { op: 'devices.delivery', subject: device });
}

type LedgerFacts = Pick<DeliveryFacts, 'firstHeardAt' | 'numbered' | 'unsureUntil' | 'openSince'>;

/** An item that gave way at the gateway may have been this device's: then its time is not sure either. */
async function factsOf(trx: CloudTransaction, { compound, device }: DeviceRef, gateway: string): Promise<LedgerFacts> {
  const { rows } = await sql<LedgerFacts>`
    select
      (select e.recorded_at from events e where e.compound_id = ${compound} and e.device_id = ${device}
       order by e.recorded_at limit 1) as "firstHeardAt",
      exists (
        select from (
          select e.data from events e where e.compound_id = ${compound} and e.device_id = ${device}
          order by e.recorded_at desc limit 20) latest
        where latest.data ? 'deviceSequence') as numbered,
      greatest(
        (select max(x.before_at) from device_gaps x
         where x.compound_id = ${compound} and x.device_id = ${device} and x.state = 'lost'),
        (select max(o.away_to) from outages o
         where o.compound_id = ${compound} and o.device_id = ${device} and o.certainty <> 'numbered'),
        (select max(g.noticed_at) from gaps g where g.gateway_id = ${gateway} and g.of = 'lane'
           and coalesce(g.lane, 'record') <> 'media')) as "unsureUntil",
      (select min(x.after_at) from device_gaps x
       where x.compound_id = ${compound} and x.device_id = ${device} and x.state = 'open') as "openSince"`.execute(trx);
  const [facts] = rows;
  return facts ?? { firstHeardAt: null, numbered: false, unsureUntil: null, openSince: null };
}

async function countEvents(
  trx: CloudTransaction,
  { compound, device }: DeviceRef,
  since: Date,
): Promise<{ events: number; late: number }> {
  const { rows } = await sql<{ events: number; late: number }>`
    select count(*) as events, count(*) filter (where e.late) as late from events e
    where e.compound_id = ${compound} and e.device_id = ${device} and e.recorded_at >= ${since}`.execute(trx);
  return rows[0] ?? { events: 0, late: 0 };
}

function sizeOf(ranges: readonly NumberRange[]): number {
  return total(ranges.map(({ from, to }) => to - from + 1));
}

function total(numbers: readonly number[]): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}

function rejectedOf(outages: readonly OutageView[]): Partial<Record<RejectReason, number>> {
  const sums: Partial<Record<RejectReason, number>> = {};
  for (const { rejected } of outages) {
    for (const [reason, count] of Object.entries(rejected) as [RejectReason, number][]) {
      sums[reason] = (sums[reason] ?? 0) + count;
    }
  }
  return sums;
}
