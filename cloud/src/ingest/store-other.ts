import { AnGridError, type AlertItem, type EventItem, type Item } from '@angrid/contract';
import { sql, type Transaction } from 'kysely';
import type { Database } from '../schema.js';
import { applyProvision } from '../sites/provision.js';
import type { IngestContext } from './context.js';
import type { LaneHead } from './lane.js';
import type { Refused } from './read-batch.js';
import { storeDeviceGap, storeOutage } from './store-delivery.js';
import { storeEvidence, storeHealth, storeLaneGap } from './store-reports.js';

export type OtherItem = Exclude<Item, EventItem | AlertItem>;
type ProvisionItem = Extract<OtherItem, { type: 'cn.angrid.provision.v1' }>;

/**
 * Everything that goes up and is neither event nor alert; false where it is known, or why it is refused. Gaps and
 * evidence are known by their ids; health reports and installer's work by their numbers: what the lane has passed.
 */
export async function storeOther(
  trx: Transaction<Database>,
  item: OtherItem,
  head: LaneHead,
  context: IngestContext,
): Promise<boolean | Refused> {
  switch (item.type) {
    case 'cn.angrid.report.gap.v1':
      if (item.data.of === 'device') return storeDeviceGap(trx, item, item.data, context);
      return storeLaneGap(trx, item, item.data, context);
    case 'cn.angrid.evidence.v1':
      return storeEvidence(trx, item, context);
    case 'cn.angrid.report.health.v1':
      if (item.sequence <= head.sequence) return false;
      await storeHealth(trx, item, context);
      return true;
    case 'cn.angrid.report.outage.v1':
      return storeOutage(trx, item, context);
    case 'cn.angrid.provision.v1':
      if (item.sequence <= head.sequence) return false;
      return provision(trx, item, context);
  }
}

/** Work that cannot be done is refused alone, and nothing of it stays. */
async function provision(
  trx: Transaction<Database>,
  { id, data }: ProvisionItem,
  context: IngestContext,
): Promise<true | Refused> {
  await sql`savepoint provision`.execute(trx);
  try {
    await applyProvision(trx, data, context);
    return true;
  } catch (error) {
    if (!(error instanceof AnGridError)) throw error;
    await sql`rollback to savepoint provision`.execute(trx);
    return { id, code: error.code, detail: error.message.slice(0, 300) };
  } finally {
    await sql`release savepoint provision`.execute(trx).catch(() => undefined);
  }
}
