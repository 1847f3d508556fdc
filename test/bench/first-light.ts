import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCloudProgram } from '../support/cloud-program.js';
import type { ConsoleClient } from '../support/console-client.js';
import { GatewayProgram } from '../support/gateway-program.js';
import { plainCompound } from '../support/plain-compound.js';
import { WirePanel } from '../support/wire-panel.js';
import { type Bench, type Figures, median, percentile, rounded } from './bench.js';
import { Viewer } from './viewer.js';

const VIEWERS = 10;
const PANELS = 100;
const PER_SECOND = 20;
const RUNS = 3;
const RUN_MS = 10_000;
const SETTLE_MS = 3000;
const COMPOUND = 'bench';

/** From a panel's PUBLISH of an alarm to its alert in the stream of a console. */
export const firstLight: Bench = {
  name: 'first-light',
  about: `first-light: ${PANELS} panels raise and clear ${PER_SECOND} alarms a second; cloud and gateway as processes, ${VIEWERS} consoles on SSE`,
  run: async (say) => {
    const folder = await mkdtemp(join(tmpdir(), 'bench-'));
    const cloud = await startCloudProgram({ folder }, { login: 'admin', label: 'Administrator' });
    const environment = { ANGRID_GATEWAY_MEDIA_RING: join(folder, 'ring') };
    const gateway = await GatewayProgram.at({ data: join(folder, 'gateway'), environment });
    try {
      await cloud.administrator.post('/api/compounds', plainCompound(COMPOUND));
      const codes = '/api/gateways/enrolment-codes';
      const { code } = await cloud.administrator.post<{ readonly code: string }>(codes, { compound: COMPOUND });
      await gateway.enrol(cloud.httpsUrl, code);
      await gateway.start();
      return await measure(gateway, cloud.administrator, say);
    } finally {
      await gateway.kill();
      await cloud.program.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

interface AlertMessage {
  readonly topic: string;
  readonly payload?: { readonly device: { readonly id: string }; readonly state: 'active' | 'cleared' };
}

async function measure(gateway: GatewayProgram, client: ConsoleClient, say: (text: string) => void): Promise<Figures> {
  const devices = Array.from({ length: PANELS }, (_, index) => `panel-${index + 1}`);
  const accesses = await gateway.pair(devices);
  const links = await Promise.all(accesses.map((access) => WirePanel.connect(access)));
  await gateway.drained();
  const stopwatch = new Stopwatch();
  const viewers: Viewer[] = [];
  for (let viewer = 0; viewer < VIEWERS; viewer += 1) {
    viewers.push(await Viewer.watch(client, (data, at) => stopwatch.see(viewer, JSON.parse(data) as AlertMessage, at)));
  }
  const panels = links.map((link, index) => new Alarm(link, devices[index] ?? '', stopwatch));
  await play(panels, SETTLE_MS);
  const runs: { readonly p50: number; readonly p99: number; readonly seen: number; readonly sent: number }[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    stopwatch.reset();
    await play(panels, RUN_MS);
    const { latencies, sent } = stopwatch;
    runs.push({ p50: median(latencies), p99: percentile(latencies, 99), seen: latencies.length / VIEWERS, sent });
  }
  for (const { p50, p99, seen, sent } of runs)
    say(
      `run of ${RUN_MS} ms: ${sent} alarms, ${seen} seen by each console, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
    );
  for (const viewer of viewers) viewer.leave();
  for (const link of links) link.leave();
  return {
    rate_per_s: rounded((median(runs.map(({ sent }) => sent)) * 1000) / RUN_MS),
    viewers: VIEWERS,
    p50_ms: rounded(median(runs.map(({ p50 }) => p50))),
    p99_ms: rounded(median(runs.map(({ p99 }) => p99))),
    seen_share: rounded(median(runs.map(({ seen, sent }) => seen / Math.max(1, sent))), 4),
    runs: RUNS,
  };
}

/** Raises and clears an alarm in turn. */
class Alarm {
  private sequence = 0;

  constructor(
    private readonly link: WirePanel,
    readonly device: string,
    private readonly stopwatch: Stopwatch,
  ) {}

  async next(): Promise<void> {
    this.sequence += 1;
    const raises = this.sequence % 2 === 1;
    const event = raises ? 'tamper.device' : 'tamper.device_ended';
    const body = { event, seq: this.sequence, boot: 'b1', time: new Date().toISOString(), door: '1' };
    this.stopwatch.sent += 1;
    this.stopwatch.start(this.device, raises ? 'active' : 'cleared');
    await this.link.publish(`angrid/v1/${this.device}/event`, JSON.stringify(body));
  }
}

/** Times each change of each alert, once for each viewer. */
class Stopwatch {
  sent = 0;
  latencies: number[] = [];
  private readonly started = new Map<string, { readonly at: number; readonly by: Set<number> }>();

  start(device: string, state: string): void {
    this.started.set(`${device} ${state}`, { at: performance.now(), by: new Set() });
  }

  see(viewer: number, { topic, payload }: AlertMessage, at: number): void {
    if (topic !== 'alert' || !payload) return;
    const began = this.started.get(`${payload.device.id} ${payload.state}`);
    if (!began || began.by.has(viewer)) return;
    began.by.add(viewer);
    this.latencies.push(at - began.at);
  }

  reset(): void {
    this.sent = 0;
    this.latencies = [];
    this.started.clear();
  }
}

/** One panel after the other, at an even pace; then time for the last message to arrive. */
async function play(panels: readonly Alarm[], forMs: number): Promise<void> {
  const start = performance.now();
  const sending: Promise<void>[] = [];
  for (let index = 0; index < (forMs * PER_SECOND) / 1000; index += 1) {
    const wait = start + (index * 1000) / PER_SECOND - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const panel = panels[index % panels.length];
    if (panel) sending.push(panel.next());
  }
  await Promise.all(sending);
  await new Promise((resolve) => setTimeout(resolve, 1500));
}
