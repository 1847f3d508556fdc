import { defaultRulesText } from '@angrid/cloud/correlation/default-rules';
import type { AlertFact } from '@angrid/cloud/correlation/facts';
import { readRuleSet } from '@angrid/cloud/correlation/rule-set';
import { Timeline } from '@angrid/cloud/correlation/play-alerts';
import type { Playbook } from '@angrid/cloud/playbooks/playbook';
import { Random } from '../tamper/random.js';
import { newCompound } from './compound.js';
import { judge, naively, type Told, type Verdict } from './judge.js';
import { type Mix, MONTH_START, monthOf } from './month.js';
import { Pages } from './pages.js';

const BATCH_MS = 600_000;
const DAY_MS = 86_400_000;
/** The peer may choose the best of these, on the city that the rules were tuned with. */
export const NAIVE_WINDOWS_MS: readonly number[] = [30_000, 60_000, 180_000, 300_000, 900_000];

export interface CityWish {
  readonly mix: Mix;
  readonly seed: number;
  readonly compounds: number;
  readonly days: number;
  readonly playbook: Playbook;
}

export interface City {
  readonly ours: Total;
  readonly naive: ReadonlyMap<number, Total>;
  readonly alerts: number;
  readonly pagesADay: number;
}

/** What was told over all compounds, and how right that was. */
export class Total {
  private readonly verdicts: Verdict[] = [];

  add(verdict: Verdict): void {
    this.verdicts.push(verdict);
  }

  get precision(): number {
    return this.share('right', 'told');
  }

  get recall(): number {
    return this.share('found', 'matters');
  }

  sum(what: 'right' | 'told' | 'found' | 'matters'): number {
    return this.verdicts.reduce((sum, verdict) => sum + verdict[what], 0);
  }

  /** The commonest faults of one sort. */
  faults(of: 'wrong' | 'missed'): string {
    const counts = new Map<string, number>();
    for (const fault of this.verdicts.flatMap((verdict) => verdict[of]))
      counts.set(fault, (counts.get(fault) ?? 0) + 1);
    const sorted = [...counts].sort(([, one], [, other]) => other - one).slice(0, 8);
    return sorted.map(([fault, count]) => `${fault} ${count}`).join(', ') || 'none';
  }

  private share(part: 'right' | 'found', of: 'told' | 'matters'): number {
    return this.sum(part) / Math.max(1, this.sum(of));
  }
}

/** A generated, labelled city by the engine that ingest uses, in memory, and by windows of time. */
export function runCity({ mix, seed, compounds, days, playbook }: CityWish): City {
  const rules = readRuleSet(defaultRulesText());
  const ours = new Total();
  const naive = new Map(NAIVE_WINDOWS_MS.map((windowMs) => [windowMs, new Total()]));
  let pages = 0;
  let count = 0;
  for (let nth = 0; nth < compounds; nth += 1) {
    const random = new Random(seed * 1000 + nth);
    const compound = newCompound(`c${nth}`, random);
    const journal = monthOf(compound, mix, random, days);
    const alerts = journal.alerts();
    const { id, devices, unitOf } = compound;
    const site = { compound: id, timezone: 'Asia/Shanghai', devices, buildings: new Set(unitOf.values()), quiet: [] };
    const timeline = new Timeline(rules, site);
    const paged = new Pages(playbook);
    for (const { batch, at } of batchesOf(alerts)) pages += paged.of(timeline.pass(batch, at), at);
    const end = MONTH_START + (days + 2) * DAY_MS;
    pages += paged.of(timeline.pass([], end), end);
    const told = timeline.raised().map((raised): Told => raised.alerts);
    ours.add(judge(journal, alerts, told));
    for (const [windowMs, total] of naive) total.add(judge(journal, alerts, naively(alerts, windowMs)));
    count += alerts.length;
  }
  return { ours, naive, alerts: count, pagesADay: pages / (compounds * days) };
}

/** What comes in every ten minutes. */
function* batchesOf(
  alerts: readonly AlertFact[],
): Generator<{ readonly batch: readonly AlertFact[]; readonly at: number }> {
  for (let from = 0, at = MONTH_START + BATCH_MS; from < alerts.length; at += BATCH_MS) {
    let to = from;
    while ((alerts[to]?.at ?? Infinity) <= at) to += 1;
    yield { batch: alerts.slice(from, to), at };
    from = to;
  }
}
