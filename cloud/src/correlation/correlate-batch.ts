import type { CloudTransaction } from '../database.js';
import type { IngestContext } from '../ingest/context.js';
import { send } from '../platform/database/index.js';
import { correlate } from './correlate.js';
import type { AlertFact, Decisions } from './facts.js';
import { loadHeld, loadNeighbourhood } from './load-neighbourhood.js';
import { activeRules } from './rule-sets.js';
import { writeDecisions } from './write-decisions.js';

const NOTHING: Decisions = { incidents: [], placements: [], log: [], correlated: [] };

type Where = Pick<IngestContext, 'compound' | 'now'>;

/**
 * Load, decide, write: the incidents of a batch, in a constant number of statements. The caller holds the lock of the
 * compound (`lockCompound`), so that two gateways that see one thing do not open two incidents. Whoever stores the alerts, after this,
 * stores them at the places that they have come to.
 */
export async function correlateBatch(
  trx: CloudTransaction,
  alerts: readonly AlertFact[],
  where: Where,
): Promise<Decisions> {
  if (alerts.length === 0) return NOTHING;
  return decide(trx, { arriving: alerts, held: [] }, where);
}

/** The same for alerts of the compound that have waited long enough. */
export async function releaseBatch(trx: CloudTransaction, where: Where): Promise<Decisions> {
  await lockCompound(trx, where.compound.id);
  const held = await loadHeld(trx, where.compound.id, where.now);
  return held.length === 0 ? NOTHING : decide(trx, { arriving: [], held }, where);
}

interface Taken {
  readonly arriving: readonly AlertFact[];
  readonly held: readonly AlertFact[];
}

async function decide(trx: CloudTransaction, { arriving, held }: Taken, { compound, now }: Where): Promise<Decisions> {
  const rules = await activeRules(trx);
  const around = { compound: compound.id, alerts: [...arriving, ...held], rules };
  const { alerts, ...neighbourhood } = await loadNeighbourhood(trx, around);
  const decisions = correlate(rules, { ...neighbourhood, alerts: [...alerts, ...held] }, arriving, now.getTime());
  await writeDecisions(trx, decisions, { compound, now, rules: rules.name, arriving });
  return decisions;
}

/** Held to the end of the transaction; taken after the lane and before the devices, by all alike. */
export async function lockCompound(trx: CloudTransaction, compound: string): Promise<void> {
  await send(trx)`select pg_advisory_xact_lock(hashtextextended(${`correlation/${compound}`}, 0))`;
}
