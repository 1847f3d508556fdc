import path from 'node:path';
import { playbooksFolder, readPlaybook } from '@angrid/cloud/playbooks/library';
import { type Bench, rounded } from '../bench.js';
import { type City, NAIVE_WINDOWS_MS, runCity, Total } from './city.js';
import { heldBack, tuned } from './mixes.js';
import { DAYS } from './month.js';

const COMPOUNDS = 30;
/** What compounds go by that name no other. */
const STANDARD = path.join(playbooksFolder, 'jinhua.yaml');

export const correlation: Bench = {
  name: 'correlation',
  about: `Incidents of a generated, labelled city-month of ${COMPOUNDS} compounds, by the engine that ingest uses, in memory; synthetic only.`,
  async run(say) {
    const size = { compounds: COMPOUNDS, days: DAYS, playbook: await readPlaybook(STANDARD) };
    const [first, held] = [runCity({ ...size, mix: tuned, seed: 1 }), runCity({ ...size, mix: heldBack, seed: 4242 })];
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
        `  precision ${rounded(ours.precision, 3)}, recall ${rounded(ours.recall, 3)}, pages ${rounded(city.pagesADay, 2)}`,
      );
      say(`  wrong: ${ours.faults('wrong')}`);
      say(`  missed: ${ours.faults('missed')}`);
      say(
        `  window of ${windowMs / 1000} s: precision ${rounded(naive.precision, 3)}, recall ${rounded(naive.recall, 3)}`,
      );
    }
    const naive = naiveOf(held, windowMs);
    return {
      precision: rounded(held.ours.precision, 3),
      recall: rounded(held.ours.recall, 3),
      naive_precision: rounded(naive.precision, 3),
      naive_recall: rounded(naive.recall, 3),
      pages_per_compound_day: rounded(held.pagesADay, 2),
      naive_window_s: windowMs / 1000,
      compounds: COMPOUNDS,
      alerts: held.alerts,
      matters: held.ours.sum('matters'),
      tuned_precision: rounded(first.ours.precision, 3),
      tuned_recall: rounded(first.ours.recall, 3),
    };
  },
};
