import { createHash } from 'node:crypto';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Clock, type Log, silentLog, SystemClock } from '@angrid/runtime';
import { TestCounters, tlsMaterial } from '../driver.fixture.js';
import type { Accepted, Reading, ReadingSink } from '../driver.js';
import { createHttpPush } from './create-http-push.js';
import type { HttpListening, HttpPush, PushAccount } from './http-push.js';
import type { HttpLimits } from './limits.js';

/** A device's secret in tests; its hash stands in the account. */
export const SECRET = 'c4n4ry-2Yt8Zx_qXo0mVb1';

export function account(deviceId: string, more: Partial<PushAccount> = {}): PushAccount {
  return {
    deviceId,
    vendorId: deviceId,
    login: 'path',
    passwordHash: createHash('sha256').update(SECRET).digest('hex'),
    up: ['events', 'hello/{device}'],
    polls: ['next'],
    maxBytes: 4096,
    answer: 'OK',
    contentType: 'text/plain',
    offlineAfterSeconds: 60,
    ...more,
  };
}

/** A sink whose promises the test settles; it takes everything at once until `hold`. */
export class TestSink implements ReadingSink {
  readonly readings: Reading[] = [];
  answer: string | undefined;
  failure: Error | undefined;
  private readonly open: (() => void)[] = [];
  private readonly watchers = new Set<() => void>();
  private holding = false;

  async accept(reading: Reading): Promise<Accepted> {
    this.readings.push(reading);
    for (const watcher of this.watchers) watcher();
    if (this.holding) await new Promise<void>((resolve) => this.open.push(resolve));
    if (this.failure) throw this.failure;
    return { answer: this.answer };
  }

  hold(): void {
    this.holding = true;
  }

  settleAll(): void {
    this.holding = false;
    for (const resolve of this.open.splice(0)) resolve();
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

/** What came back on a connection until it was closed or had its answers. */
export interface Heard {
  /** Of each answer; 100 Continue is one. */
  readonly statuses: readonly number[];
  readonly text: string;
}

/** A TCP or TLS connection of somebody who writes bytes. */
export class Wire {
  private text = '';
  private ended = false;
  private readonly watchers = new Set<() => void>();

  constructor(readonly socket: Socket) {
    socket.on('data', (chunk) => {
      this.text += chunk.toString('latin1');
      this.wake();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.ended = true;
      this.wake();
    });
  }

  write(bytes: string | Buffer): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  get heard(): Heard {
    const statuses = [...this.text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
    return { statuses, text: this.text };
  }

  /** Resolves when that many answers are whole. */
  async answers(count: number): Promise<Heard> {
    await this.until(() => this.ended || wholeAnswers(this.text) >= count);
    return this.heard;
  }

  async closed(): Promise<Heard> {
    await this.until(() => this.ended);
    return this.heard;
  }

  destroy(): void {
    this.socket.destroy();
  }

  private until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!holds()) return;
        this.watchers.delete(check);
        resolve();
      };
      this.watchers.add(check);
      check();
    });
  }

  private wake(): void {
    for (const watcher of this.watchers) watcher();
  }
}

function wholeAnswers(text: string): number {
  let rest = text;
  for (let count = 0; ; count += 1) {
    const head = rest.indexOf('\r\n\r\n');
    if (head === -1) return count;
    const length = Number(/content-length: (\d+)/i.exec(rest.slice(0, head))?.[1] ?? 0);
    if (rest.length < head + 4 + length) return count;
    rest = rest.slice(head + 4 + length);
  }
}

export interface TestListener {
  readonly push: HttpPush;
  readonly sink: TestSink;
  readonly counters: TestCounters;
  readonly accounts: Map<string, PushAccount>;
  readonly addresses: Map<string, PushAccount>;
  readonly presences: string[];
  readonly lives: string[];
  /** Devices that sent more than they may, once a message. */
  readonly refused: string[];
  /** Everything that was logged, as text. */
  readonly logged: string[];
  readonly listening: HttpListening;
  dial(options?: { readonly tls?: boolean; readonly from?: string }): Promise<Wire>;
  /** One request over the plain listener, and its answer. */
  ask(bytes: string | Buffer, from?: string): Promise<Heard>;
  stop(): Promise<void>;
}

export interface TestListenerOptions {
  readonly accounts?: readonly PushAccount[];
  readonly limits?: Partial<HttpLimits>;
  readonly clock?: Clock;
}

export async function testListener(options: TestListenerOptions = {}): Promise<TestListener> {
  const listed = options.accounts ?? [account('A'), account('B')];
  const accounts = new Map(listed.map((each) => [each.deviceId, each]));
  const addresses = new Map<string, PushAccount>();
  const sink = new TestSink();
  const counters = new TestCounters();
  const presences: string[] = [];
  const lives: string[] = [];
  const refused: string[] = [];
  const logged: string[] = [];
  const clock = options.clock ?? new SystemClock();
  const tls = await tlsMaterial();
  const push = createHttpPush({
    sink,
    directory: { byUser: (user) => accounts.get(user), byAddress: (ip) => addresses.get(ip) },
    settings: {
      tls: { host: '127.0.0.1', port: 0 },
      plain: { host: '127.0.0.1', port: 0, network: 'test panels' },
      limits: { ...options.limits },
    },
    tls,
    clock,
    log: logInto(logged),
    counters,
    stamp: () => ({ wall: new Date(clock.wall()).toISOString(), monotonicMs: clock.monotonic(), boot: 'boot-1' }),
    onRefused: (device) => refused.push(device),
    onLife: (device) => lives.push(device),
    onPresence: ({ deviceId, state }) => presences.push(`${deviceId} ${state}`),
  });
  const listening = await push.open();
  const dial = dialler(listening, tls.ca);
  const ask = async (bytes: string | Buffer, from?: string): Promise<Heard> => {
    const wire = await dial(from === undefined ? {} : { from });
    wire.write(bytes);
    const heard = await wire.answers(1);
    wire.destroy();
    return heard;
  };
  const stop = async (): Promise<void> => {
    sink.settleAll();
    await push.stop();
  };
  return { push, sink, counters, accounts, addresses, presences, lives, refused, logged, listening, dial, ask, stop };
}

function dialler(listening: HttpListening, ca: string): TestListener['dial'] {
  return ({ tls = false, from = '127.0.0.1' } = {}) =>
    new Promise((resolve, reject) => {
      const { host, port } = (tls ? listening.tls : listening.plain) ?? { host: '', port: 0 };
      const socket: Socket = tls
        ? connectTls({ host, port, ca }, () => resolve(new Wire(socket)))
        : connectTcp({ host, port, localAddress: from }, () => resolve(new Wire(socket)));
      socket.once('error', reject);
    });
}

function logInto(lines: string[]): Log {
  const write = (...parts: unknown[]): void => void lines.push(JSON.stringify(parts));
  return { ...silentLog, info: write, warn: write, error: write } as Log;
}

export interface Written {
  readonly method?: string;
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
}

/** A request of a device in bytes. */
export function request(path: string, { method = 'POST', headers = [], body = '' }: Written = {}): Buffer {
  const lines = [`${method} ${path} HTTP/1.1`, 'Host: gateway', `Content-Length: ${Buffer.byteLength(body)}`];
  return Buffer.concat([Buffer.from(`${[...lines, ...headers].join('\r\n')}\r\n\r\n`), Buffer.from(body)]);
}

export function pathOf(device: string, topic = 'events'): string {
  return `/p/${device}/${SECRET}/${topic}`;
}
