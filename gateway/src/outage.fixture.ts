import { type GatewayTime, type Item, itemSchema, type Lane } from '@angrid/contract';
import { loadProfiles } from '@angrid/device-profiles';
import { silentLog } from '@angrid/runtime';
import type { MqttClient } from 'mqtt';
import { siteOf } from './control/works.fixture.js';
import { accountOf } from './devices/account.js';
import { account, testSite, type TestSite } from './drivers/mqtt/broker.fixture.js';
import { RuleMemory } from './flow/rule-memory.js';
import { SiteView } from './flow/site-view.js';
import { Storm } from './flow/storm.js';
import { BackFiller, DeliveryBook, Ledgers } from './ledger/index.js';
import type { Outbox } from './outbox/outbox.js';
import { OutboxBench } from './outbox/outbox.fixture.js';
import { type KnownDevice, Pipeline } from './pipeline.js';
import { Tally } from './telemetry/tally.js';

const catalogue = await loadProfiles();
const DOOR = 'door-1';
const BOOT = 'boot-1';
/** Nobody pings in virtual time. */
const NEVER_SILENT = 30 * 24 * 3600;

/** One door on the real broker, pipeline and outbox of a gateway, on a clock that the test moves. */
export class OutageYard {
  readonly bench = new OutboxBench();
  readonly clock = this.bench.clock;
  outbox!: Outbox;
  pipeline!: Pipeline;
  ledgers!: Ledgers;
  private site!: TestSite;
  private presences: Promise<unknown> = Promise.resolve();
  private readonly known: KnownDevice;
  private readonly items: Item[] = [];

  constructor(profile = 'json-panel') {
    const compiled = catalogue.get(profile);
    if (compiled === undefined) throw new Error(`no profile ${profile}`);
    this.known = { device: { id: DOOR, kind: 'panel', name: DOOR, profile, user: DOOR }, profile: compiled };
  }

  /** Starts the gateway, also after it was stopped. */
  async start(): Promise<this> {
    this.outbox = await this.bench.open();
    this.ledgers = await Ledgers.load(this.outbox);
    this.pipeline = await this.openPipeline();
    const { device, profile } = this.known;
    const { passwordHash = '' } = account(DOOR);
    this.site = await testSite({
      accounts: [account(DOOR, accountOf({ ...device, passwordHash }, profile))],
      clock: this.clock,
      sink: this.pipeline,
      limits: { keepAliveSeconds: NEVER_SILENT },
    });
    this.site.broker.onPresence(({ state }) => {
      this.presences = this.presences.then(() => this.pipeline.presence(DOOR, state));
    });
    return this;
  }

  /** Ends the gateway as a power cut does: what is not durable is gone. */
  async stop(): Promise<void> {
    await this.site.stop();
    await this.pipeline.idle();
    await this.collect();
    await this.bench.close(this.outbox);
  }

  async dispose(): Promise<void> {
    await this.stop();
    await this.bench.dispose();
  }

  panel(): Promise<MqttClient> {
    return this.site.client(DOOR);
  }

  /** Lets time pass, with the gateway's tick each `step` seconds. */
  async pass(seconds: number, step = 1): Promise<void> {
    for (let second = 0; second < seconds; second += step) {
      await this.clock.advance(step * 1000);
      await this.presences;
      await this.pipeline.tick();
    }
  }

  /** Everything that has gone up so far, in the order of its lanes. */
  async collect(): Promise<readonly Item[]> {
    for (const lane of ['alarm', 'record'] satisfies Lane[]) {
      for (let lease = await this.outbox.lease(lane, 1000); lease; lease = await this.outbox.lease(lane, 1000)) {
        this.items.push(...lease.lines.map(({ line }) => itemSchema.parse(JSON.parse(line))));
        const accepted = lease.lines.map(({ id }) => id);
        await this.outbox.settle(lease, { accepted, duplicate: [], rejected: [] });
      }
    }
    return this.items;
  }

  stamp(): GatewayTime {
    return { wall: new Date(this.clock.wall()).toISOString(), monotonicMs: this.clock.monotonic(), boot: BOOT };
  }

  private async openPipeline(): Promise<Pipeline> {
    const { outbox, clock, ledgers, known } = this;
    const config = siteOf();
    const view = new SiteView({ gateway: 'gw-1', siteKey: Buffer.alloc(32), clock, config: () => config });
    const find = (device: string) => (device === DOOR ? known : undefined);
    const filler = new BackFiller({
      log: silentLog,
      instructor: () => ({
        send: async (_device, { topic, payload }) => {
          await this.site.broker.publish(topic, payload);
          return {};
        },
      }),
      find,
      timezone: () => config.site.timezone,
      skewMs: (device) => ledgers.of(device).clock.skewMs ?? 0,
      heard: (device, came) => pipeline.answered(device, came),
    });
    const book = new DeliveryBook({
      ledgers,
      startedAt: this.stamp(),
      driftSeconds: () => view.clockDriftSeconds(),
      facts: () => view.facts(),
      ask: (device, asking) => filler.ask(device, asking),
    });
    const pipeline: Pipeline = new Pipeline({
      outbox,
      book,
      rules: await RuleMemory.load(outbox),
      storm: await Storm.load(outbox),
      site: view,
      unknown: { keep: () => undefined },
      tally: new Tally(),
      stamp: () => this.stamp(),
      devices: () => [known],
      find,
      meeting: () => undefined,
      acknowledge: () => undefined,
      onAlert: () => undefined,
      onPassed: () => undefined,
    });
    return pipeline;
  }
}
