import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RawPanel, type TestSite, testSite } from './broker.fixture.js';
import { type Hostile, hostileLimits } from './hostile-case.fixture.js';
import { hostileConversations } from './hostile-conversations.fixture.js';
import { hostileFrames } from './hostile-frames.fixture.js';
import { pingreq, pingresp, puback, publish } from './packets.fixture.js';

const MIB = 1024 * 1024;
const hostile = [...hostileFrames, ...hostileConversations];
const cases = hostile.flatMap(([, members]) => members);

let site: TestSite;
let bystander: Bystander;
let memoryBefore = 0;

/** A panel that sends one event after the other all the while, each when the one before has its PUBACK. */
class Bystander {
  acknowledged = 0;
  private stopped = false;
  private readonly waiting: (() => void)[] = [];
  private readonly talking: Promise<void>;

  constructor(private readonly panel: RawPanel) {
    this.talking = this.talk();
  }

  /** Resolves with its next PUBACK but one: the next may have been on its way. */
  async served(): Promise<void> {
    for (let turn = 0; turn < 2; turn += 1) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.talking;
  }

  private async talk(): Promise<void> {
    for (let number = 1; !this.stopped; number += 1) {
      const id = (number % 65_535) + 1;
      this.panel.send(publish({ topic: 'panel/B/rec', id, payload: String(number) }));
      expect(await this.panel.next()).toEqual(puback(id));
      this.acknowledged += 1;
      for (const resolve of this.waiting.splice(0)) resolve();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

beforeAll(async () => {
  const failures = { failures: 10_000, failuresPerMinute: 10_000 };
  site = await testSite({
    limits: { ...hostileLimits, ...failures, burst: 1_000_000, perSecond: 1000, socketsPerIp: 400 },
  });
  bystander = new Bystander(await site.panel('B'));
  memoryBefore = held();
});

afterAll(async () => {
  await bystander.stop();
  await site.stop();
});

function held(): number {
  const { external, arrayBuffers } = process.memoryUsage();
  return external + arrayBuffers;
}

function ends(): number {
  return site.counters.total('mqtt_connections_closed');
}

function readingsOfA(): number {
  return site.sink.readings.filter(({ deviceId }) => deviceId === 'A').length;
}

async function opened({ at }: Hostile): Promise<RawPanel> {
  return at === 'first' ? site.dial() : site.panel('A');
}

async function play(one: Hostile): Promise<void> {
  const panel = await opened(one);
  panel.send(one.bytes);
  if (one.then === 'fin') panel.socket.end();
  if (one.then === 'reset') panel.socket.resetAndDestroy();
  if (one.ends !== 'stays') return void (await panel.closed);
  panel.send(pingreq);
  for (let answer = await panel.next(); !answer.equals(pingresp); answer = await panel.next()) {
    if (answer.length === 0) throw new Error('the connection has ended');
  }
  panel.close();
  await panel.closed;
}

it('has two hundred cases and more, no two of them the same', () => {
  const distinct = new Set(cases.map(({ at, bytes, then = '' }) => `${at} ${then} ${bytes.toString('hex')}`));
  expect(distinct.size).toBe(cases.length);
  expect(cases.length).toBeGreaterThanOrEqual(200);
  expect(new Set(cases.map(({ what, at, then = '' }) => `${at} ${what} ${then}`)).size).toBe(cases.length);
});

describe.each(hostile)('%s', (_family, members) => {
  it.each(members.map((one) => [one.what, one.at, one.ends, one] as const))(
    '%s (%s): %s, with nothing taken that is not an event, and the other panel is served',
    async (_what, _at, reason, one) => {
      const ended = reason === 'stays' ? 'lost' : reason;
      const before = { closed: site.counters.closed(ended), ends: ends(), taken: readingsOfA() };
      const counted = one.counts === undefined ? 0 : site.counters.of(one.counts);
      await play(one);
      await site.counters.reachedClosed(ended, before.closed + 1);
      await bystander.served();
      expect(ends()).toBe(before.ends + 1);
      expect(readingsOfA()).toBe(before.taken + (one.taken ?? 0));
      if (one.counts !== undefined) expect(site.counters.of(one.counts)).toBe(counted + 1);
    },
  );
});

describe('all of them at once', () => {
  it('leave the other panel its events and the gateway its memory', async () => {
    const before = bystander.acknowledged;
    const strangers = cases.filter(({ at, ends: reason }) => at === 'first' && reason !== 'stays');
    await Promise.all(strangers.map((one) => play(one)));
    await bystander.served();
    expect(bystander.acknowledged).toBeGreaterThan(before);
    expect(held() - memoryBefore).toBeLessThan(64 * MIB);
  });

  it('of which two hundred announce 256 MiB each, hold none of it', async () => {
    const announcement = Buffer.concat([Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(60_000)]);
    const before = site.counters.closed('connect-too-large');
    const panels = await Promise.all(Array.from({ length: 200 }, () => site.dial()));
    for (const panel of panels) panel.send(announcement);
    await Promise.all(panels.map(({ closed }) => closed));
    await site.counters.reachedClosed('connect-too-large', before + 200);
    expect(held() - memoryBefore).toBeLessThan(64 * MIB);
    await bystander.served();
  });
});

it('never kept the other panel from delivering: each of its events came once, in order', async () => {
  await bystander.stop();
  const numbers = site.sink.readings.filter(({ deviceId }) => deviceId === 'B').map(({ body }) => Number(body));
  expect(numbers).toEqual(Array.from({ length: bystander.acknowledged }, (_, index) => index + 1));
  expect(numbers.length).toBeGreaterThan(cases.length);
});
