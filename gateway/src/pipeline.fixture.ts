import { randomBytes } from 'node:crypto';
import type { Lane, SiteConfig } from '@angrid/contract';
import { loadProfiles } from '@angrid/device-profiles';
import { VirtualClock } from '@angrid/runtime';
import { siteOf } from './control/works.fixture.js';
import type { Reading } from './drivers/driver.js';
import { RuleMemory } from './flow/rule-memory.js';
import { SiteView } from './flow/site-view.js';
import { Storm } from './flow/storm.js';
import type { Meeting } from './flow/surroundings.js';
import { DeliveryBook, Ledgers } from './ledger/index.js';
import type { Atom, Outbox } from './outbox/outbox.js';
import { type KnownDevice, Pipeline, type PipelineParts } from './pipeline.js';
import { Tally } from './telemetry/tally.js';

const catalogue = await loadProfiles();

/** What lies in the lanes, in order, with all that a restart finds again. */
export class KeptOutbox implements Pick<Outbox, 'append' | 'keep' | 'states'> {
  readonly lanes: Record<Lane, { readonly type: string; readonly subject: string; readonly data: object }[]> = {
    alarm: [],
    record: [],
    media: [],
  };
  readonly kept = new Map<string, string>();
  private readonly seen = new Set<string>();
  /** Thrown by the next commit. */
  failure: Error | undefined;

  async append({ event, drafts, states }: Atom): Promise<'stored' | 'duplicate'> {
    await Promise.resolve();
    if (this.failure) throw this.failure;
    if (this.seen.has(event)) return 'duplicate';
    this.seen.add(event);
    for (const { lane, json } of drafts) this.lanes[lane].push(JSON.parse(json));
    await this.keep(states);
    return 'stored';
  }

  async keep(states: Atom['states']): Promise<void> {
    await Promise.resolve();
    for (const { key, json } of states) {
      if (json === null) this.kept.delete(key);
      else this.kept.set(key, json);
    }
  }

  async states(prefix: string): Promise<ReadonlyMap<string, string>> {
    return new Map([...this.kept].filter(([key]) => key.startsWith(prefix)));
  }
}

/** A pipeline of panels that follow our own convention, or of cameras, on a virtual clock and an outbox in memory. */
export class PipelineBench {
  readonly clock = new VirtualClock();
  readonly outbox = new KeptOutbox();
  readonly acknowledged: string[] = [];
  pipeline!: Pipeline;
  /** Where the panels speak by way of an operator's broker. */
  meeting: Meeting | undefined;
  /** Told of each new alert. */
  onAlert: PipelineParts['onAlert'] = () => undefined;
  private readonly devices: ReadonlyMap<string, KnownDevice>;
  private readonly siteKey = randomBytes(32);
  private sequence = 0;

  constructor(
    devices: readonly string[],
    readonly config: SiteConfig = siteOf(),
    profile = 'json-panel',
  ) {
    const compiled = catalogue.get(profile);
    if (compiled === undefined) throw new Error(`no profile ${profile}`);
    const kind = profile === 'camera' ? 'camera' : 'panel';
    this.devices = new Map(
      devices.map((id) => [id, { device: { id, kind, name: id, profile, user: id }, profile: compiled }]),
    );
  }

  known(device: string): KnownDevice | undefined {
    return this.devices.get(device);
  }

  /** Also what a restart does. */
  async open(): Promise<this> {
    const { outbox, clock, config, devices } = this;
    const view = new SiteView({ gateway: 'gw-1', siteKey: this.siteKey, clock, config: () => config });
    this.pipeline = new Pipeline({
      outbox,
      book: new DeliveryBook({
        ledgers: await Ledgers.load(outbox),
        startedAt: this.stamp(),
        driftSeconds: () => view.clockDriftSeconds(),
        facts: () => view.facts(),
        ask: () => undefined,
      }),
      rules: await RuleMemory.load(outbox),
      storm: await Storm.load(outbox),
      site: view,
      unknown: { keep: () => undefined },
      tally: new Tally(),
      stamp: () => this.stamp(),
      devices: () => devices.values(),
      find: (device) => devices.get(device),
      meeting: () => this.meeting,
      acknowledge: (device, topic, payload) => void this.acknowledged.push(`${device} ${topic} ${payload}`),
      onAlert: (...alert) => this.onAlert(...alert),
      onPassed: () => undefined,
    });
    return this;
  }

  /** One event of a panel, from its own sequence; resolves when the panel would have its acknowledgement. */
  send(device: string, event: string, more: object = {}): ReturnType<Pipeline['accept']> {
    this.sequence += 1;
    const body = { event, seq: this.sequence, boot: 'b1', time: this.stamp().wall, ...more };
    return this.pipeline.accept(this.reading(device, body));
  }

  reading(device: string, body: object): Reading {
    const topic = `angrid/v1/${device}/event`;
    return {
      deviceId: device,
      protocol: 'mqtt',
      topic,
      body: Buffer.from(JSON.stringify(body)),
      received: this.stamp(),
    };
  }

  stamp() {
    return { wall: new Date(this.clock.wall()).toISOString(), monotonicMs: this.clock.monotonic(), boot: 'boot-1' };
  }

  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      await this.clock.advance(1000);
      await this.pipeline.tick();
    }
  }
}
