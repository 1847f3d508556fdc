import { defaultRulesText } from '@angrid/cloud/correlation/default-rules';
import type { Correlated } from '@angrid/cloud/correlation/facts';
import { readRuleSet } from '@angrid/cloud/correlation/rule-set';
import { Timeline } from '@angrid/cloud/correlation/timeline';
import type { Bench } from '../bench.js';
import { rounded } from '../bench.js';
import { Random } from '../tamper/random.js';
import { newCompound } from './compound.js';
import { judge, naively, type Told, type Verdict } from './judge.js';
import { DAYS, type Mix, MONTH_START, monthOf } from './month.js';
import { heldBack, tuned } from './mixes.js';

const COMPOUNDS = 30;
const BATCH_MS = 600_000;
/** The peer may choose the best of these, on the city that the rules were tuned with. */
const NAIVE_WINDOWS_MS = [30_000, 60_000, 180_000, 300_000, 900_000];

interface City {
  readonly ours: Total;
  readonly naive: ReadonlyMap<number, Total>;
  readonly alerts: number;
  readonly pages: number;
}

class Total {
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

function runCity(mix: Mix, seed: number): City {
  const rules = readRuleSet(defaultRulesText());
  const ours = new Total();
  const naive = new Map(NAIVE_WINDOWS_MS.map((windowMs) => [windowMs, new Total()]));
  let pages = 0;
  let count = 0;
  for (let nth = 0; nth < COMPOUNDS; nth += 1) {
    const random = new Random(seed * 1000 + nth);
    const compound = newCompound(`c${nth}`, random);
    const journal = monthOf(compound, mix, random);
    const alerts = journal.alerts();
    const { id, devices } = compound;
    const timeline = new Timeline(rules, { compound: id, timezone: 'Asia/Shanghai', devices, quiet: [] });
    for (let from = 0, end = MONTH_START + BATCH_MS; from < alerts.length; end += BATCH_MS) {
      const next = alerts.findIndex(({ at }, index) => index >= from && at > end);
      const to = next === -1 ? alerts.length : next;
      if (to > from || from === 0) pages += pagesOf(timeline.pass(alerts.slice(from, to), end).correlated);
      else if (next !== -1) pages += pagesOf(timeline.pass([], end).correlated);
      from = to;
    }
    pages += pagesOf(timeline.pass([], MONTH_START + (DAYS + 2) * 86_400_000).correlated);
    ours.add(
      judge(
        journal,
        alerts,
        timeline.raised().map((raised): Told => raised.alerts),
      ),
    );
    for (const [windowMs, total] of naive) total.add(judge(journal, alerts, naively(alerts, windowMs)));
    count += alerts.length;
  }
  return { ours, naive, alerts: count, pages };
}

/** The property manager is told of each incident; officers, responsible officer and platforms of each confirmed one. */
function pagesOf(correlated: readonly Correlated[]): number {
  return correlated.reduce((sum, { opened, confirmed }) => sum + (opened ? 1 : 0) + (confirmed ? 3 : 0), 0);
}

export const correlation: Bench = {
  name: 'correlation',
  about: `Incidents of a generated, labelled city-month of ${COMPOUNDS} compounds, by the engine that ingest uses, in memory; synthetic only.`,
  run(say) {
    const [first, held] = [runCity(tuned, 1), runCity(heldBack, 4242)];
    const naiveOf = ({ naive }: City, windowMs: number): Total => naive.get(windowMs) ?? new Total();
    const quality = (total: Total): number => Math.min(total.precision, total.recall);
    const windowMs = NAIVE_WINDOWS_MS.reduce((best, each) =>
      quality(naiveOf(first, each)) > quality(naiveOf(first, best)) ? each : best,
    );
    for (const [name, city] of [
      ['tuned with', first],
      ['held back', held],
    ] as const) {
      const { ours, alerts } = city;
      const naive = naiveOf(city, windowMs);
      say(`${name}: ${alerts} alerts, ${ours.sum('matters')} matters, ${ours.sum('told')} incidents (synthetic only)`);
      say(
        `  precision ${rounded(ours.precision, 3)}, recall ${rounded(ours.recall, 3)}, pages ${rounded(pagesADay(city), 2)}`,
      );
      say(`  wrong: ${ours.faults('wrong')}`);
      say(`  missed: ${ours.faults('missed')}`);
      say(
        `  window of ${windowMs / 1000} s: precision ${rounded(naive.precision, 3)}, recall ${rounded(naive.recall, 3)}`,
      );
    }
    const naive = naiveOf(held, windowMs);
    return Promise.resolve({
      precision: rounded(held.ours.precision, 3),
      recall: rounded(held.ours.recall, 3),
      naive_precision: rounded(naive.precision, 3),
      naive_recall: rounded(naive.recall, 3),
      pages_per_compound_day: rounded(pagesADay(held), 2),
      naive_window_s: windowMs / 1000,
      compounds: COMPOUNDS,
      alerts: held.alerts,
      matters: held.ours.sum('matters'),
      tuned_precision: rounded(first.ours.precision, 3),
      tuned_recall: rounded(first.ours.recall, 3),
    });
  },
};

function pagesADay({ pages }: City): number {
  return pages / (COMPOUNDS * DAYS);
}
