import { silentLog, SystemClock } from '@angrid/runtime';
import type { Accepted, Reading, ReadingSink } from '../driver.js';
import { TestCounters } from '../driver.fixture.js';
import { ExternalBroker } from './external-broker.js';
import type { ExternalPanel } from './panels.js';
import { type Manner, ScriptedBroker, type ScriptedLink } from './scripted-broker.fixture.js';
import type { ExternalBrokerSettings } from './settings.js';

/** A sink that stores at once, unless it is told to wait or to fail. */
export class TestSink implements ReadingSink {
  readonly readings: Reading[] = [];
  readonly stored: string[] = [];
  failure: Error | undefined;
  private held: (() => void)[] | undefined;
  private readonly watchers = new Set<() => void>();

  async accept(reading: Reading): Promise<Accepted> {
    this.readings.push(reading);
    for (const look of [...this.watchers]) look();
    if (this.held) await new Promise<void>((resolve) => this.held?.push(resolve));
    if (this.failure) throw this.failure;
    this.stored.push(reading.body.toString());
    return { answer: undefined };
  }

  hold(): void {
    this.held = [];
  }

  /** Lets the n-th that waits go on. */
  release(index = 0): void {
    this.held?.splice(index, 1)[0]?.();
  }

  releaseAll(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const resolve of held) resolve();
  }

  async took(count: number): Promise<void> {
    if (this.readings.length >= count) return;
    await new Promise<void>((resolve) => {
      const look = () => {
        if (this.readings.length < count) return;
        this.watchers.delete(look);
        resolve();
      };
      this.watchers.add(look);
    });
  }
}

/** A panel of a made-up family: `panel/<id>/…` for itself, `panel/basic` for all, where the body begins with the id. */
export function panel(deviceId: string, parts: Partial<ExternalPanel> = {}): ExternalPanel {
  return {
    deviceId,
    vendorId: deviceId,
    publish: ['panel/{device}/#', 'panel/basic'],
    qos: 1,
    offlineAfterSeconds: 60,
    profile: 'made-up',
    names: (_topic, body) => /^([A-Z]\d*):/.exec(body.toString())?.[1],
    ...parts,
  };
}

export interface Bench {
  readonly scripted: ScriptedBroker;
  readonly broker: ExternalBroker;
  readonly sink: TestSink;
  readonly counters: TestCounters;
  readonly panels: ExternalPanel[];
  /** What is remembered over a restart. */
  remembered: readonly string[];
  /** Connects and waits until everything is subscribed. */
  up(): Promise<ScriptedLink>;
  stop(): Promise<void>;
}

export interface BenchSettings extends Partial<ExternalBrokerSettings> {
  /** Of the broker, which speaks TLS with it. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

export async function bench(manner: Manner = {}, { tls, ...settings }: BenchSettings = {}): Promise<Bench> {
  const scripted = await ScriptedBroker.listen(manner, tls);
  const sink = new TestSink();
  const counters = new TestCounters();
  const clock = new SystemClock();
  const panels = [panel('A'), panel('B')];
  const version = manner.level === 5 ? '5' : '3.1.1';
  const made: Bench = { scripted, sink, counters, panels, remembered: [] } as unknown as Bench;
  const broker = new ExternalBroker({
    settings: { url: scripted.url, clientId: 'angrid-gw', version, sessionMs: 3_600_000, ...settings },
    sink,
    memory: { load: async () => made.remembered, save: async (filters) => void (made.remembered = filters) },
    clock,
    log: silentLog,
    counters,
    stamp: () => ({ wall: new Date(clock.wall()).toISOString(), monotonicMs: clock.monotonic(), boot: 'boot-1' }),
    panels: () => panels,
    random: () => 0,
  });
  const up = async (): Promise<ScriptedLink> => {
    const coming = scripted.nextLink();
    await broker.start();
    const link = await coming;
    await link.until(({ subscribed }) => subscribed.length >= 3);
    return link;
  };
  const stop = async (): Promise<void> => {
    sink.releaseAll();
    await broker.stop();
    await scripted.close();
  };
  return Object.assign(made, { broker, up, stop });
}
