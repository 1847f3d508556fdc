import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import type { IngestContext } from '../ingest/context.js';
import { correlate } from './correlate.js';
import type { AlertFact, Decisions } from './facts.js';
import { loadNeighbourhood } from './load-neighbourhood.js';
import { activeRules } from './rule-sets.js';
import { writeDecisions } from './write-decisions.js';

const NOTHING: Decisions = { incidents: [], placements: [], log: [], correlated: [] };

/**
 * Load, decide, write: the incidents of a batch, in a constant number of statements. One transaction at a time in a
 * compound, so that two gateways that see one thing do not open two incidents.
 */
export async function correlateBatch(
  trx: CloudTransaction,
  alerts: readonly AlertFact[],
  { compound, now }: Pick<IngestContext, 'compound' | 'now'>,
): Promise<Decisions> {
  if (alerts.length === 0) return NOTHING;
  await lockCompound(trx, compound.id);
  const rules = await activeRules(trx);
  const neighbourhood = await loadNeighbourhood(trx, { compound: compound.id, alerts, rules });
  const decisions = correlate(rules, neighbourhood, alerts, now.getTime());
  await writeDecisions(trx, decisions, { compound, now, rules: rules.name });
  return decisions;
}

/** Held to the end of the transaction; taken after the lane and before the devices, by all alike. */
export async function lockCompound(trx: CloudTransaction, compound: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`correlation/${compound}`}, 0))`.execute(trx);
}
