import { type Figures, median, percentile, rounded, type Say } from '../bench.js';
import { VIEWERS } from './audience.js';
import type { Stopwatch } from './stopwatch.js';
import { pause, type Storm } from './storm.js';

const PER_SECOND = 20;
const RUNS = 3;
const RUN_MS = 10_000;
const SETTLE_MS = 3000;
/** Time for the last message to arrive. */
const TAIL_MS = 1500;

/** How long a storm has to last for a trial, with something to spare. */
export const TRIAL_SECONDS = 5 + (SETTLE_MS + RUNS * RUN_MS) / 1000;

export interface Trial {
  readonly stopwatch: Stopwatch;
  readonly storm: Storm;
  /** Starts the time of an alarm and sends it off. */
  readonly raise: () => Promise<void>;
}

/** Raises alarms at an even pace while the storm blows. */
export async function runTrial({ stopwatch, storm, raise }: Trial, say: Say): Promise<Figures> {
  const play = async (forMs: number): Promise<number> => {
    stopwatch.reset();
    const [perSecond] = await Promise.all([storm.blow(forMs), raiseFor(forMs, raise)]);
    await pause(TAIL_MS);
    return perSecond;
  };
  await play(SETTLE_MS);
  const runs: { readonly rate: number; readonly p50: number; readonly p99: number; readonly share: number }[] = [];
  for (let run = 1; run <= RUNS; run += 1) {
    const rate = await play(RUN_MS);
    const { latencies, sent } = stopwatch;
    const share = latencies.length / Math.max(1, sent * VIEWERS);
    const [p50, p99] = [median(latencies), percentile(latencies, 99)];
    runs.push({ rate, p50, p99, share });
    const seen = `${sent} alarms, ${(share * 100).toFixed(2)} % seen`;
    say(`run ${run}: ${rate.toFixed(0)} alerts/s beside; ${seen}, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
  }
  return {
    rate_per_s: Math.round(median(runs.map(({ rate }) => rate)) + PER_SECOND),
    alarms_per_s: PER_SECOND,
    viewers: VIEWERS,
    p50_ms: rounded(median(runs.map(({ p50 }) => p50))),
    p99_ms: rounded(median(runs.map(({ p99 }) => p99))),
    seen_share: rounded(median(runs.map(({ share }) => share)), 4),
    runs: RUNS,
  };
}

async function raiseFor(forMs: number, raise: Trial['raise']): Promise<void> {
  const start = performance.now();
  const sending: Promise<void>[] = [];
  for (let index = 0; index < (forMs * PER_SECOND) / 1000; index += 1) {
    await pause(start + (index * 1000) / PER_SECOND - performance.now());
    sending.push(raise());
  }
  await Promise.all(sending);
}
