import { percentile } from '../bench.js';
import { BenchPanel, type PanelAccess } from './bench-panel.js';

/**
 * A crowd of panels in a process of its own, each with one event under way at most. Parent → child: `Ask`; child →
 * parent: `ready` once all are connected, then a `Count` for each round.
 */
export type Ask =
  | { readonly connect: readonly PanelAccess[] }
  /** `perSecond` of all panels together; each panel's next event as soon as its last is over where it is not given. */
  | { readonly forMs: number; readonly perSecond?: number };

export interface Count {
  /** Events that were over in the time asked for. */
  readonly done: number;
  readonly ms: number;
  /** From the moment when the event was due to its end, ms. */
  readonly p50: number;
  readonly p99: number;
}

const CONNECT_AT_ONCE = 20;
const STEP_MS = 1;
const panels: BenchPanel[] = [];

async function connectAll(accesses: readonly PanelAccess[]): Promise<void> {
  for (let at = 0; at < accesses.length; at += CONNECT_AT_ONCE) {
    panels.push(...(await Promise.all(accesses.slice(at, at + CONNECT_AT_ONCE).map((one) => BenchPanel.connect(one)))));
  }
}

async function round(forMs: number, perSecond: number | undefined): Promise<Count> {
  const start = performance.now();
  const end = start + forMs;
  const latencies: number[] = [];
  for (const panel of panels) {
    panel.onDone = (due) => {
      const now = performance.now();
      if (now >= end) return;
      latencies.push(now - due);
      if (perSecond === undefined) panel.talk(now);
    };
  }
  if (perSecond === undefined) await saturate(start, forMs);
  else await pace(start, end, perSecond);
  for (const panel of panels) panel.hush();
  await pause(500);
  return { done: latencies.length, ms: forMs, p50: percentile(latencies, 50), p99: percentile(latencies, 99) };
}

async function saturate(start: number, forMs: number): Promise<void> {
  for (const panel of panels) panel.talk(start);
  await pause(forMs);
}

/** One panel after the other, at an even pace. */
async function pace(start: number, end: number, perSecond: number): Promise<void> {
  for (let sent = 0; performance.now() < end; await pause(STEP_MS)) {
    const until = Math.floor(((performance.now() - start) * perSecond) / 1000);
    for (; sent < until; sent += 1) panels[sent % panels.length]?.talk(start + (sent * 1000) / perSecond);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

process.on('message', (ask: Ask) => {
  const done = 'connect' in ask ? connectAll(ask.connect).then(() => 'ready') : round(ask.forMs, ask.perSecond);
  done.then(
    (answer) => process.send?.(answer),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.once('disconnect', () => process.exit());
