import { createHash } from 'node:crypto';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Clock, silentLog, SystemClock } from '@angrid/runtime';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { TestCounters as Counted, tlsMaterial } from '../driver.fixture.js';
import type { Accepted, Reading, ReadingSink } from '../driver.js';
import { createBroker } from './aedes-broker.js';
import type { BoundAddress, Broker, BrokerAccount, Presence } from './broker.js';
import { FrameReader } from '../../mqtt/frame-reader.js';
import type { BrokerLimits } from './limits.js';
import { connect, type ConnectFields } from './packets.fixture.js';

/** A panel's password in tests; its hash stands in the account. */
export const PASSWORD = 'p-2Yt8Zx_qXo0mVb1kCw7g';

export function account(deviceId: string, more: Partial<BrokerAccount> = {}): BrokerAccount {
  return {
    deviceId,
    vendorId: deviceId,
    passwordHash: createHash('sha256').update(PASSWORD).digest('hex'),
    publish: ['panel/{device}/#', 'panel/basic'],
    subscribe: ['panel/{device}/down', 'panel/{device}/cmd/+'],
    retain: ['panel/{device}/state'],
    ...more,
  };
}

/** A sink whose promises the test settles; it takes everything at once until `hold`. */
export class TestSink implements ReadingSink {
  readonly readings: Reading[] = [];
  private readonly open: { resolve: (accepted: Accepted) => void; reject: (error: Error) => void }[] = [];
  private readonly watchers = new Set<() => void>();
  private holding = false;

  accept(reading: Reading): Promise<Accepted> {
    this.readings.push(reading);
    for (const watcher of this.watchers) watcher();
    if (!this.holding) return Promise.resolve({ answer: undefined });
    return new Promise((resolve, reject) => this.open.push({ resolve, reject }));
  }

  hold(): void {
    this.holding = true;
  }

  /** Settles the held reading at `index`, counted from the oldest that is still held. */
  settle(index = 0, error?: Error): void {
    const [held] = this.open.splice(index, 1);
    if (error) held?.reject(error);
    else held?.resolve({ answer: undefined });
  }

  settleAll(): void {
    this.holding = false;
    while (this.open.length > 0) this.settle();
  }

  get bodies(): string[] {
    return this.readings.map(({ body }) => body.toString());
  }

  /** Resolves when `count` readings came. */
  reached(count: number): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (this.readings.length < count) return;
        this.watchers.delete(check);
        resolve();
      };
      this.watchers.add(check);
      check();
    });
  }
}

/** Beside the counts, why connections were closed. */
export class TestCounters extends Counted {
  closed(reason: string): number {
    return this.of(`mqtt_connections_closed ${reason}`);
  }

  reachedClosed(reason: string, least = 1): Promise<void> {
    return this.reached(`mqtt_connections_closed ${reason}`, least);
  }
}

export interface TestSite {
  readonly broker: Broker;
  readonly sink: TestSink;
  readonly counters: TestCounters;
  readonly accounts: Map<string, BrokerAccount>;
  readonly presences: Presence[];
  /** Devices that sent more than they may, once a message. */
  readonly refused: string[];
  readonly tls: BoundAddress & { readonly ca: string };
  readonly plain: BoundAddress;
  /** A TCP connection that says nothing, from an address of this machine. */
  dial(from?: string): Promise<RawPanel>;
  /** A panel over the plain listener whose CONNECT was answered with 0. */
  panel(deviceId: string, fields?: Partial<ConnectFields>): Promise<RawPanel>;
  /** An ordinary MQTT client over the plain listener; it is ended with the site. */
  client(deviceId: string, options?: IClientOptions): Promise<MqttClient>;
  stop(): Promise<void>;
}

export interface TestSiteOptions {
  readonly accounts?: readonly BrokerAccount[];
  readonly limits?: Partial<BrokerLimits>;
  readonly clock?: Clock;
  readonly sink?: ReadingSink;
  readonly find?: (username: string) => Promise<BrokerAccount | undefined>;
}

export async function testSite(options: TestSiteOptions = {}): Promise<TestSite> {
  const listed = options.accounts ?? [account('A'), account('B')];
  const accounts = new Map(listed.map((each) => [each.deviceId, each]));
  const sink = new TestSink();
  const counters = new TestCounters();
  const { ca } = await tlsMaterial();
  const clock = options.clock ?? new SystemClock();
  const refused: string[] = [];
  const broker = createBroker({
    sink: options.sink ?? sink,
    directory: { find: options.find ?? (async (username) => accounts.get(username)) },
    settings: {
      tls: { host: '127.0.0.1', port: 0 },
      plain: { host: '127.0.0.1', port: 0, network: 'test panels' },
      limits: { ...options.limits },
    },
    tls: await tlsMaterial(),
    clock,
    log: silentLog,
    counters,
    stamp: () => ({ wall: new Date(clock.wall()).toISOString(), monotonicMs: clock.monotonic(), boot: 'boot-1' }),
    onRefused: (device) => void refused.push(device),
  });
  const presences: Presence[] = [];
  broker.onPresence((presence) => presences.push(presence));
  const bound = await broker.start();
  const plain = bound.plain as BoundAddress;
  const people = panelsOf(broker, plain);
  return { ...people, broker, sink, counters, accounts, presences, refused, tls: { ...bound.tls, ca }, plain };
}

/** The clients of a site, and the end of it all. */
function panelsOf(broker: Broker, plain: BoundAddress): Pick<TestSite, 'dial' | 'panel' | 'client' | 'stop'> {
  const dialled: RawPanel[] = [];
  const clients: MqttClient[] = [];
  const dial = async (from?: string): Promise<RawPanel> => {
    const panel = await RawPanel.tcp(plain, from);
    dialled.push(panel);
    return panel;
  };
  return {
    dial,
    panel: async (deviceId, fields) => {
      const panel = await dial();
      const online = nextOnline(broker, deviceId);
      panel.send(connect({ clientId: deviceId, username: deviceId, password: PASSWORD, ...fields }));
      const [, , , code] = await panel.next();
      if (code !== 0) throw new Error(`CONNACK ${String(code)}`);
      await online;
      return panel;
    },
    client: async (deviceId, more) => {
      const login = { clientId: deviceId, username: deviceId, password: PASSWORD, reconnectPeriod: 0 };
      const client = await connectAsync({ protocol: 'mqtt', host: plain.host, port: plain.port, ...login, ...more });
      clients.push(client);
      return client;
    },
    stop: async () => {
      for (const panel of dialled) panel.close();
      for (const client of clients) client.end(true);
      await broker.stop();
    },
  };
}

/** The broker tells of a panel a moment after the CONNACK. */
function nextOnline(broker: Broker, deviceId: string): Promise<void> {
  return new Promise((resolve) => {
    const leave = broker.onPresence((presence) => {
      if (presence.deviceId !== deviceId || presence.state !== 'online') return;
      leave();
      resolve();
    });
  });
}

/** A socket that sends whatever bytes it is told to, and gives back the broker's packets one by one. */
export class RawPanel {
  readonly closed: Promise<void>;
  private readonly reader = new FrameReader();
  private readonly came: Buffer[] = [];
  private readonly wanted: ((frame: Buffer) => void)[] = [];
  private ended = false;

  private constructor(readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => this.hear(chunk));
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.ended = true;
        for (const give of this.wanted.splice(0)) give(Buffer.alloc(0));
        resolve();
      });
    });
  }

  static tcp({ host, port }: BoundAddress, localAddress?: string): Promise<RawPanel> {
    return new Promise((resolve, reject) => {
      const socket = connectTcp({ host, port, ...(localAddress === undefined ? {} : { localAddress }) });
      socket.once('connect', () => resolve(new RawPanel(socket)));
      socket.once('error', reject);
    });
  }

  static tls({ host, port, ca }: BoundAddress & { readonly ca: string }): Promise<RawPanel> {
    return new Promise((resolve, reject) => {
      const socket = connectTls({ host, port, ca });
      socket.once('secureConnect', () => resolve(new RawPanel(socket)));
      socket.once('error', reject);
    });
  }

  send(...packets: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(packets));
  }

  /** The next packet of the broker; an empty one where it closed the connection. */
  next(): Promise<Buffer> {
    const frame = this.came.shift();
    if (frame) return Promise.resolve(frame);
    if (this.ended) return Promise.resolve(Buffer.alloc(0));
    return new Promise((resolve) => this.wanted.push(resolve));
  }

  /** Packets that came and were not asked for. */
  get unread(): readonly Buffer[] {
    return this.came;
  }

  close(): void {
    this.socket.destroy();
  }

  private hear(chunk: Buffer): void {
    this.reader.append(chunk);
    while (this.reader.head()) {
      const frame = this.reader.take();
      if (!frame) return;
      const give = this.wanted.shift();
      if (give) give(Buffer.from(frame));
      else this.came.push(Buffer.from(frame));
    }
  }
}
