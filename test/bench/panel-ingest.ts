import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayProgram } from '../support/gateway-program.js';
import { type Bench, type Figures, median, percentile, rounded } from './bench.js';
import { CrowdProcess } from './crowd-process.js';

const PANELS = 600;
const RUNS = 5;
const RUN_MS = 4000;
const STEADY_PER_SECOND = 2000;

/** How many events a gateway stores and acknowledges while its cloud is away, and how long a panel waits for that. */
export const panelIngest: Bench = {
  name: 'panel-ingest',
  about: `panel-ingest: ${PANELS} panels, one 250-byte event under way each; gateway as a process, no cloud`,
  run: async (say) => {
    const data = await mkdtemp(join(tmpdir(), 'bench-'));
    const gateway = await GatewayProgram.at({ data });
    try {
      await gateway.enrolNowhere();
      await gateway.start();
      const panels = Array.from({ length: PANELS }, (_, index) => `panel-${index + 1}`);
      const crowd = await CrowdProcess.connect(await gateway.pair(panels));
      const figures = await measure(crowd, say);
      crowd.stop();
      return figures;
    } finally {
      await gateway.kill();
      await rm(data, { recursive: true, force: true });
    }
  },
};

async function measure(crowd: CrowdProcess, say: (text: string) => void): Promise<Figures> {
  await crowd.talk(RUN_MS);
  const rates: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const { acknowledged, ms } = await crowd.talk(RUN_MS);
    rates.push((acknowledged * 1000) / ms);
  }
  say(`saturated, ${RUNS} runs of ${RUN_MS} ms: ${rates.map((rate) => Math.round(rate)).join(', ')} events/s`);
  const waits: { readonly p50: number; readonly p99: number; readonly rate: number }[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const { latencies, acknowledged, ms } = await crowd.talk(RUN_MS, STEADY_PER_SECOND);
    waits.push({ p50: median(latencies), p99: percentile(latencies, 99), rate: (acknowledged * 1000) / ms });
  }
  say(
    `at ${STEADY_PER_SECOND}/s, ${RUNS} runs of ${RUN_MS} ms: p50 ${list(waits, 'p50')} ms, p99 ${list(waits, 'p99')} ms`,
  );
  return {
    ours_per_s: Math.round(median(rates)),
    ours_per_s_min: Math.round(Math.min(...rates)),
    ours_per_s_max: Math.round(Math.max(...rates)),
    puback_p50_ms: rounded(median(waits.map(({ p50 }) => p50))),
    puback_p99_ms: rounded(median(waits.map(({ p99 }) => p99))),
    steady_per_s: Math.round(median(waits.map(({ rate }) => rate))),
    panels: PANELS,
    runs: RUNS,
    cloud: 'none',
  };
}

function list<Key extends string>(rows: readonly Readonly<Record<Key, number>>[], key: Key): string {
  return rows.map((row) => row[key].toFixed(1)).join(', ');
}
