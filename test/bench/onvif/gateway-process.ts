import { CONTRACT_VERSION, type SiteConfig } from '@angrid/contract';
import { loadProfiles } from '@angrid/device-profiles';
import { supervise } from '@angrid/gateway/cameras/supervise';
import { addressGuard } from '@angrid/gateway/devices/address-guard';
import type { Reading } from '@angrid/gateway/drivers/driver';
import { onvifDriver } from '@angrid/gateway/drivers/onvif/index';
import { RuleMemory } from '@angrid/gateway/flow/rule-memory';
import { SiteView } from '@angrid/gateway/flow/site-view';
import { Storm } from '@angrid/gateway/flow/storm';
import { bootId, stamper } from '@angrid/gateway/identity/machine';
import { DeliveryBook, Ledgers } from '@angrid/gateway/ledger/index';
import { defaultLimits, openOutbox } from '@angrid/gateway/outbox/open-outbox';
import { type KnownDevice, Pipeline } from '@angrid/gateway/pipeline';
import { Tally } from '@angrid/gateway/telemetry/tally';
import { Secret, silentLog, SystemClock } from '@angrid/runtime';
import { plainCompound } from '../../support/plain-compound.js';
import { percentile } from '../bench.js';

/** What a round came to: events that were durable in it, and how old they were then, ms. */
export interface Round {
  readonly events: number;
  readonly p50: number;
  readonly p99: number;
}

const TICK_MS = 1000;
const clock = new SystemClock();
let ages: number[] = [];

/** Everything between a camera's events and the outbox, as gateway.ts puts it together. */
async function openPipeline(folder: string, devices: ReadonlyMap<string, KnownDevice>): Promise<Pipeline> {
  const { rules, notice: _notice, ...site } = plainCompound('bench');
  const config: SiteConfig = {
    contract: CONTRACT_VERSION,
    version: 1,
    site,
    rules,
    places: [],
    devices: [],
    links: [],
  };
  const view = new SiteView({ gateway: 'gw-bench', siteKey: Buffer.alloc(32, 1), clock, config: () => config });
  const boot = await bootId();
  const stamp = stamper(clock, boot);
  const outbox = await openOutbox({
    ...{ dataFolder: folder, gateway: 'gw-bench', clock, log: silentLog, machine: 'bench', boot },
    facts: () => ({ purpose: 'public-safety', siteClass: 'art7' }),
    limits: defaultLimits,
  });
  const book = new DeliveryBook({
    ledgers: await Ledgers.load(outbox),
    startedAt: stamp(),
    driftSeconds: () => view.clockDriftSeconds(),
    facts: () => view.facts(),
    ask: () => undefined,
  });
  return new Pipeline({
    ...{ outbox, book, rules: await RuleMemory.load(outbox), storm: await Storm.load(outbox), site: view, stamp },
    unknown: { keep: () => undefined },
    tally: new Tally(),
    devices: () => devices.values(),
    find: (device) => devices.get(device),
    meeting: () => undefined,
    acknowledge: () => undefined,
    onAlert: () => undefined,
    onPassed: () => undefined,
  });
}

async function follow(folder: string, ports: readonly number[]): Promise<void> {
  const profile = (await loadProfiles()).get('camera');
  if (!profile) throw new Error('the profile of cameras is missing');
  const known = ports.map((port): [string, KnownDevice] => {
    const id = `cam-${port}`;
    return [id, { device: { id, kind: 'camera', name: id, profile: 'camera', user: 'admin' }, profile }];
  });
  const devices = new Map(known);
  const pipeline = await openPipeline(folder, devices);
  clock.every(TICK_MS, () => void pipeline.tick());
  const guard = addressGuard({ networks: ['127.0.0.0/8'] });
  const stamp = stamper(clock, await bootId());
  const accept = async (reading: Reading) => {
    const accepted = await pipeline.accept(reading);
    const { utcTime, operation } = JSON.parse(reading.body.toString()) as { utcTime: string; operation: string };
    if (operation === 'Changed') ages.push(Date.now() - Date.parse(utcTime));
    return accepted;
  };
  const context = {
    sink: { accept },
    ...{ clock, log: silentLog, stamp },
    resolve: (host: string) => guard.resolve(host),
    health: () => undefined,
  };
  for (const port of ports) {
    const device = { id: `cam-${port}`, address: `http://127.0.0.1:${port}/onvif/device_service`, user: 'admin' };
    const run = (signal: AbortSignal) =>
      onvifDriver().run({ ...device, password: new Secret('bench-password') }, context, signal);
    const onFailure = (error: unknown) => void process.stderr.write(`${device.id}: ${String(error)}\n`);
    void supervise(
      run,
      { name: device.id, clock, log: silentLog, random: Math.random, onFailure },
      new AbortController().signal,
    );
  }
}

process.on('message', (ask: { readonly ports: readonly number[] } | { readonly forMs: number }) => {
  if ('ports' in ask) {
    void follow(process.argv[2] ?? '', ask.ports).then(() => process.send?.('ready'));
    return;
  }
  ages = [];
  setTimeout(() => {
    const round: Round = { events: ages.length, p50: percentile(ages, 50), p99: percentile(ages, 99) };
    process.send?.(round);
  }, ask.forMs);
});
process.once('disconnect', () => process.exit());
