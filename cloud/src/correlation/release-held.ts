import type { Clock } from '@angrid/runtime';
import { sql } from 'kysely';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { dispatch } from '../dispatch/dispatch.js';
import { announce } from '../dispatch/feed.js';
import type { IngestContext } from '../ingest/context.js';
import type { Governance } from '../playbooks/governance.js';
import { systemScope, withScope } from '../platform/database/index.js';
import { releaseBatch } from './correlate-batch.js';
import { incidentNews } from './incident-news.js';

/** Alerts that are due in one look; the others are in the next. */
const MOST_DUE = 10_000;

export interface ReleasingOptions {
  readonly db: CloudDatabase;
  readonly clock: Pick<Clock, 'wall'>;
  readonly governance: Governance;
}

/** Decides about alerts that have been held long enough: what is still active opens its incident now. */
export async function releaseHeld({ db, clock, governance }: ReleasingOptions): Promise<void> {
  const now = new Date(clock.wall());
  const inScope = <T>(work: (trx: CloudTransaction) => Promise<T>): Promise<T> =>
    withScope(db.service, systemScope('held alerts'), work);
  for (const compound of await inScope((trx) => compoundsDue(trx, now))) {
    await inScope(async (trx) => {
      const decisions = await releaseBatch(trx, { compound, now });
      await dispatch(trx, decisions.correlated, { governance, now });
      await announce(trx, incidentNews(decisions, compound.id), now);
    });
  }
}

/** The longest held first: in their order the index of what is held finds them, whatever is known of the table. */
async function compoundsDue(trx: CloudTransaction, now: Date): Promise<readonly IngestContext['compound'][]> {
  const { rows } = await sql<IngestContext['compound']>`
    select c.compound_id as id, c.site_class as "siteClass", c.purpose from compounds c
    where c.compound_id in (
      select compound_id from (
        select compound_id from alerts where held_until <= ${now} order by held_until limit ${MOST_DUE}) due)`.execute(
    trx,
  );
  return rows;
}
