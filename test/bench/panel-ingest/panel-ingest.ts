import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { slowFsync } from '../../faults/slow-fsync.js';
import { type Bench, type Figures, median, rounded } from '../bench.js';
import { cpuPer10k, residentMiB } from './cost.js';
import type { Count } from './crowd.js';
import { fillOutbox } from './full-outbox.js';
import { floor, ours, PANELS, peer, type Subject } from './subjects.js';
import { voiceNames } from './voices.js';

const RUNS = 5;
const RUN_MS = 4000;
const STEADY_PER_SECOND = 10_000;
const SLOW_FSYNC_MS = 10;
const SLOW_PER_SECOND = 2000;
const FULL_ROWS = 1_000_000;
const FULL_PER_SECOND = 4000;
const IDLE_MS = 3000;

type Say = (text: string) => void;

/** How many events a gateway stores and acknowledges, what that costs, and how long a panel waits for it. */
export const panelIngest: Bench = {
  name: 'panel-ingest',
  about: `panel-ingest: ${PANELS} panels, 250-byte events of ${voiceNames.length} profiles (${voiceNames.join(', ')}), QoS 1, one under way each; floor = aedes + outbox, peer = Node-RED between topics of Mosquitto; no cloud`,
  run: async (say) => {
    const folder = await mkdtemp(join(tmpdir(), 'bench-'));
    try {
      const compared = await compare(folder, say);
      return {
        ...compared,
        puback_p99_ms_slow_fsync: await slowDisk(folder, say),
        cost_ratio_1m: await fullOutbox(folder, say),
        panels: PANELS,
        runs: RUNS,
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** The three of them take turns, so that whatever else the machine does falls on all alike. */
async function compare(folder: string, say: Say): Promise<Figures> {
  const subjects: Subject[] = [];
  try {
    const product = await ours({ folder: join(folder, 'ours') });
    subjects.push(product);
    await pause(IDLE_MS);
    const resident = await residentMiB(product.pids[0] ?? 0);
    say(`memory with ${PANELS} idle connections: ${resident.toFixed(1)} MiB`);
    const base = await floor(join(folder, 'floor'));
    subjects.push(base);
    const other = await peer(join(folder, 'peer'));
    subjects.push(other);
    say(`peer: ${other.versions}`);
    const three = [base, product, other];
    for (const { crowd } of three) await crowd.talk(RUN_MS);
    const [floorRate = 0, ourRate = 0, peerRate = 0] = await saturated(three, say);
    const [floorSteady, ourSteady, peerSteady] = await steady(three, say);
    return {
      floor_per_s: Math.round(floorRate),
      ours_per_s: Math.round(ourRate),
      peer_per_s: Math.round(peerRate),
      ratio_floor: rounded(ourRate / floorRate, 2),
      ratio_peer: rounded(ourRate / peerRate, 2),
      floor_cpu_10k: rounded(floorSteady?.cpu ?? 0, 3),
      ours_cpu_10k: rounded(ourSteady?.cpu ?? 0, 3),
      peer_cpu_10k: rounded(peerSteady?.cpu ?? 0, 3),
      cpu_ratio_10k: rounded((ourSteady?.cpu ?? 0) / (peerSteady?.cpu ?? 1), 2),
      steady_per_s: Math.round(ourSteady?.rate ?? 0),
      peer_steady_per_s: Math.round(peerSteady?.rate ?? 0),
      puback_p50_ms_10k: rounded(ourSteady?.p50 ?? 0),
      puback_p99_ms_10k: rounded(ourSteady?.p99 ?? 0),
      rss_600_mb: rounded(resident),
    };
  } finally {
    for (const subject of subjects) await subject.stop();
  }
}

async function saturated(subjects: readonly Subject[], say: Say): Promise<number[]> {
  const rates = subjects.map((): number[] => []);
  for (let run = 0; run < RUNS; run += 1) {
    for (const [index, { crowd }] of subjects.entries()) rates[index]?.push(rateOf(await crowd.talk(RUN_MS)));
  }
  for (const [index, { name }] of subjects.entries()) {
    say(`saturated, ${name}, ${RUNS} runs of ${RUN_MS} ms: ${list(rates[index] ?? [], 0)} events/s`);
  }
  return rates.map(median);
}

interface Steady {
  /** CPU seconds for 10,000 events. */
  readonly cpu: number;
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
}

async function steady(subjects: readonly Subject[], say: Say): Promise<Steady[]> {
  const rounds = subjects.map((): Steady[] => []);
  for (let run = 0; run < RUNS; run += 1) {
    for (const [index, subject] of subjects.entries()) rounds[index]?.push(await oneSteady(subject, STEADY_PER_SECOND));
  }
  return subjects.map(({ name }, index) => {
    const own = rounds[index] ?? [];
    say(
      `at ${STEADY_PER_SECOND}/s, ${name}: ${list(of(own, 'rate'), 0)} events/s; CPU ${list(of(own, 'cpu'), 2)} s for 10,000; p50 ${list(of(own, 'p50'))} ms; p99 ${list(of(own, 'p99'))} ms`,
    );
    return {
      cpu: median(of(own, 'cpu')),
      rate: median(of(own, 'rate')),
      p50: median(of(own, 'p50')),
      p99: median(of(own, 'p99')),
    };
  });
}

async function oneSteady({ crowd, pids }: Subject, perSecond: number): Promise<Steady> {
  let count: Count = { done: 0, ms: 1, p50: 0, p99: 0 };
  const cpu = await cpuPer10k(pids, async () => {
    count = await crowd.talk(RUN_MS, perSecond);
    return count.done;
  });
  return { cpu, rate: rateOf(count), p50: count.p50, p99: count.p99 };
}

async function slowDisk(folder: string, say: Say): Promise<number> {
  const environment = await slowFsync(folder, SLOW_FSYNC_MS);
  const product = await ours({ folder: join(folder, 'slow'), environment });
  try {
    await product.crowd.talk(RUN_MS, SLOW_PER_SECOND);
    const waits: Steady[] = [];
    for (let run = 0; run < RUNS; run += 1) waits.push(await oneSteady(product, SLOW_PER_SECOND));
    say(
      `${SLOW_FSYNC_MS} ms into each fsync, ${list(of(waits, 'rate'), 0)} events/s: p50 ${list(of(waits, 'p50'))} ms, p99 ${list(of(waits, 'p99'))} ms`,
    );
    return rounded(median(of(waits, 'p99')));
  } finally {
    await product.stop();
  }
}

async function fullOutbox(folder: string, say: Say): Promise<number> {
  const empty = await ours({ folder: join(folder, 'empty') });
  const prepare = (data: string): Promise<void> => fillOutbox(data, FULL_ROWS);
  const full = await ours({ folder: join(folder, 'full'), prepare });
  try {
    const costs: [number[], number[]] = [[], []];
    for (const { crowd } of [empty, full]) await crowd.talk(RUN_MS, FULL_PER_SECOND);
    for (let run = 0; run < RUNS; run += 1) {
      for (const [index, subject] of [empty, full].entries()) {
        costs[index]?.push((await oneSteady(subject, FULL_PER_SECOND)).cpu);
      }
    }
    const [before, after] = costs;
    say(
      `CPU for 10,000 events at ${FULL_PER_SECOND}/s: empty ${list(before, 2)} s, ${FULL_ROWS} rows ${list(after, 2)} s`,
    );
    return rounded(median(after) / median(before), 2);
  } finally {
    await empty.stop();
    await full.stop();
  }
}

function rateOf({ done, ms }: Count): number {
  return (done * 1000) / ms;
}

function of<Key extends keyof Steady>(rows: readonly Steady[], key: Key): number[] {
  return rows.map((row) => row[key]);
}

function list(values: readonly number[], digits = 1): string {
  return values.map((value) => value.toFixed(digits)).join(', ');
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
