import type { ControlWorks } from '../gateway.js';
import { countOf, type LedgerState } from '../ledger/index.js';
import type { DeviceLedger } from './answers.js';
import { type ControlRoute, route } from './route.js';

/** What can be proved of a device's delivery. */
export function ledgerRoutes(works: ControlWorks): ControlRoute[] {
  return [
    route('GET', '/devices/:id/ledger', ({ params: [id = ''] }) => {
      const { profile } = works.registry.get(id);
      const canBeAsked = works.profiles.get(profile)?.backfill !== undefined;
      return { json: ledgerOf(id, works.ledgers.of(id), canBeAsked) };
    }),
    route('GET', '/ledgers', () => ({
      json: works.registry.all().map(({ id, profile }) => {
        const canBeAsked = works.profiles.get(profile)?.backfill !== undefined;
        return ledgerOf(id, works.ledgers.of(id), canBeAsked);
      }),
    })),
  ];
}

export function ledgerOf(device: string, state: LedgerState, canBeAsked: boolean): DeviceLedger {
  const { count, gaps, totals, clock, seen, live, away, asking } = state;
  return {
    device,
    canBeAsked,
    ...(count !== undefined && { count: { epoch: count.ordinal, first: count.first, last: count.last } }),
    gaps: gaps
      .filter(({ told }) => told)
      .map(({ epoch, from, to, state: is, missing, why, noticedAt }) => ({
        epoch,
        from,
        to,
        state: is,
        missing: [...missing],
        missingCount: countOf(missing),
        ...(why !== undefined && { why }),
        noticedAt: noticedAt.wall,
      })),
    totals,
    asking: asking !== undefined,
    ...(clock.skewMs !== undefined && { clockSkewMs: clock.skewMs }),
    ...(seen !== undefined && { seen: seen.wall }),
    ...(live !== undefined && { live: live.wall }),
    ...(away !== undefined && { away: away.wall }),
  };
}

/** Numbers that are not there: still asked for, and lost. */
export function missingOf({ gaps, totals }: LedgerState): { readonly open: number; readonly lost: number } {
  let open = 0;
  for (const gap of gaps) if (gap.state === 'open' && gap.told) open += countOf(gap.missing);
  return { open, lost: totals.lost };
}
