import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bench, type Figures, median, rounded } from '../bench.js';
import { cpuMs, residentMiB } from '../panel-ingest/cost.js';
import type { Round } from './gateway-process.js';

const CAMERAS = 200;
const PER_SECOND = 5;
const RUNS = 5;
const RUN_MS = 6000;
const SETTLE_MS = 5000;
/** As its service file starts it; deploy/gateway. */
const NODE = ['--max-semi-space-size=4', '--no-parallel-scavenge'];

type Say = (text: string) => void;

/** What it costs to follow the events of many cameras, and how soon they are durable. */
export const onvif: Bench = {
  name: 'onvif',
  about: `onvif: ${CAMERAS} cameras with ${PER_SECOND} events a second each in one process, their pull points, the pipeline and the outbox of a gateway in another; no media, no cloud`,
  run: async (say) => {
    const folder = await mkdtemp(join(tmpdir(), 'bench-'));
    const cameras = start('cameras-process.js', [String(CAMERAS), String(PER_SECOND)]);
    const gateway = start('gateway-process.js', [folder], NODE);
    try {
      const ports = await answer(cameras);
      await ask(gateway, { ports });
      await pause(SETTLE_MS);
      cameras.send('begin');
      await pause(SETTLE_MS);
      return await measure(gateway, say);
    } finally {
      for (const child of [gateway, cameras]) child.disconnect();
      await Promise.all([gateway, cameras].map((child) => child.exitCode ?? once(child, 'exit')));
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function measure(gateway: ChildProcess, say: Say): Promise<Figures> {
  const pid = gateway.pid ?? 0;
  const runs: { readonly perSecond: number; readonly cpu: number; readonly p99: number }[] = [];
  for (let run = 1; run <= RUNS; run += 1) {
    const before = await cpuMs(pid);
    const { events, p50, p99 } = (await ask(gateway, { forMs: RUN_MS })) as Round;
    const cpu = ((await cpuMs(pid)) - before) / (RUN_MS / 100);
    const perSecond = events / (RUN_MS / 1000);
    say(
      `run ${run}: ${rounded(perSecond)} events/s, ${rounded(cpu)} % of a core, ${p50} ms median, ${p99} ms p99, ${rounded(await residentMiB(pid))} MiB`,
    );
    runs.push({ perSecond, cpu, p99 });
  }
  return {
    cameras: CAMERAS,
    events_per_s: rounded(median(runs.map(({ perSecond }) => perSecond))),
    cpu_pct: rounded(median(runs.map(({ cpu }) => cpu))),
    p99_ms: median(runs.map(({ p99 }) => p99)),
    runs: RUNS,
  };
}

function start(file: string, args: readonly string[], node: readonly string[] = []): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), args, { execArgv: [...node] });
}

function ask(child: ChildProcess, question: object): Promise<unknown> {
  child.send(question);
  return answer(child);
}

function answer(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(new Error('a process of the bench has ended'));
    child.once('exit', gone);
    child.once('message', (message) => {
      child.off('exit', gone);
      resolve(message);
    });
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
