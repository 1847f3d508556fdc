import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import { announce, type FeedEntry } from './feed.js';

interface Row extends Pick<FeedEntry, 'subject' | 'compound' | 'unitPath' | 'restricted'> {
  readonly shared: readonly string[];
}

/** Tells the consoles, also of the units that were called, that something about these incidents is different. */
export async function announceIncidents(trx: CloudTransaction, ids: readonly string[], now: Date): Promise<void> {
  if (ids.length === 0) return;
  const { rows } = await sql<Row>`
    select incident_id as subject, compound_id as compound, unit_path as "unitPath", restricted, shared_paths as shared
    from incidents where incident_id = any (${[...ids]}::uuid[])`.execute(trx);
  const news = rows.flatMap(({ shared, ...incident }) =>
    [incident.unitPath, ...shared].map((unitPath) => ({ topic: 'incident' as const, ...incident, unitPath })),
  );
  await announce(trx, news, now);
}
