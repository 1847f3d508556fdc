import type { AlertItem, EventItem, Item } from '@angrid/contract';
import type { Transaction } from 'kysely';
import type { Database } from '../schema.js';
import { applyProvision } from '../sites/provision.js';
import type { IngestContext } from './context.js';
import { storeEvidence, storeGap, storeHealth } from './store-reports.js';

/** Everything that goes up and is neither event nor alert; false where it is known. */
export async function storeOther(
  trx: Transaction<Database>,
  item: Exclude<Item, EventItem | AlertItem>,
  context: IngestContext,
): Promise<boolean> {
  switch (item.type) {
    case 'cn.angrid.report.health.v1':
      await storeHealth(trx, item, context);
      return true;
    case 'cn.angrid.report.gap.v1':
      return storeGap(trx, item, context);
    case 'cn.angrid.evidence.v1':
      return storeEvidence(trx, item, context);
    case 'cn.angrid.provision.v1':
      await applyProvision(trx, item.data, context);
      return true;
  }
}
