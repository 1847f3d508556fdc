import { Socket } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { VirtualClock } from '@angrid/runtime';
import { account, RawPanel, type TestSite, testSite, type TestSiteOptions } from './broker.fixture.js';
import {
  connect,
  disconnect,
  packet,
  pingreq,
  pingresp,
  puback,
  publish,
  remainingLength,
  subscribe,
} from './packets.fixture.js';

let site: TestSite;
let clock: VirtualClock;

afterEach(() => site.stop());

async function open(options: TestSiteOptions = {}): Promise<void> {
  clock = new VirtualClock();
  site = await testSite({ clock, ...options });
}

const topic = 'panel/A/rec';
const halfConnect = connect({ clientId: 'A', username: 'A', password: 'unfinished' }).subarray(0, 20);

describe('before the log-in', () => {
  it('holds no CONNECT of more than 4 KB', async () => {
    await open();
    const panel = await site.dial();
    panel.send(Buffer.from([0x10]), remainingLength(4094));
    await panel.closed;
    expect(site.counters.closed('connect-too-large')).toBe(1);
    const fits = await site.dial();
    fits.send(Buffer.from([0x10]), remainingLength(4093), Buffer.alloc(4093));
    await fits.closed;
    expect(site.counters.closed('malformed-connect')).toBe(1);
  });

  it('gives an unfinished CONNECT five seconds', async () => {
    await open();
    const panel = await site.dial();
    panel.send(halfConnect);
    await clock.advance(4_500);
    expect(site.counters.closed('greeting-timeout')).toBe(0);
    await clock.advance(500);
    await panel.closed;
    expect(site.counters.closed('greeting-timeout')).toBe(1);
  });

  it('gives a TLS handshake the same five seconds', async () => {
    await open();
    const panel = await RawPanel.tcp(site.tls);
    await clock.advance(5_000);
    await panel.closed;
    expect(site.counters.closed('greeting-timeout')).toBe(1);
  });

  it('gives a directory that never answers the same five seconds', async () => {
    await open({ find: () => new Promise(() => undefined) });
    const panel = await site.dial();
    panel.send(connect({ username: 'A', password: 'x' }));
    await clock.advance(5_000);
    await panel.closed;
    expect(site.counters.closed('greeting-timeout')).toBe(1);
  });

  it('does not read on while it asks who somebody is', async () => {
    let answer: () => void = () => undefined;
    await open({ find: () => new Promise((resolve) => (answer = () => resolve(account('A')))) });
    const panel = await site.dial();
    panel.send(connect({ username: 'A', password: 'p-2Yt8Zx_qXo0mVb1kCw7g' }), publish({ topic, payload: 'early' }));
    await clock.advance(1_000);
    expect(site.sink.readings).toEqual([]);
    answer();
    expect(await panel.next()).toEqual(packet(0x20, Buffer.from([0, 0])));
    expect(await panel.next()).toEqual(puback(1));
    expect(site.sink.bodies).toEqual(['early']);
  });

  it('switches off the delay of small packets on every socket', async () => {
    await open();
    const setNoDelay = jest.spyOn(Socket.prototype, 'setNoDelay');
    await site.panel('A');
    const secure = await RawPanel.tls(site.tls);
    const ports = setNoDelay.mock.contexts.map((socket) => (socket as Socket).localPort);
    expect(ports).toEqual(expect.arrayContaining([site.plain.port, site.tls.port]));
    setNoDelay.mockRestore();
    secure.close();
  });
});

describe('many sockets', () => {
  it('serves a good panel at once while 500 others never finish their CONNECT', async () => {
    await open({ limits: { sockets: 600, socketsPerIp: 600 } });
    const slow = await Promise.all(Array.from({ length: 500 }, () => site.dial()));
    for (const panel of slow) panel.send(halfConnect);
    const good = await site.panel('A');
    for (let id = 1; id <= 100; id += 1) {
      good.send(publish({ topic, id }));
      expect(await good.next()).toEqual(puback(id));
    }
    for (const panel of slow) panel.send(Buffer.from([0]));
    await clock.advance(5_000);
    await Promise.all(slow.map((panel) => panel.closed));
    expect(site.counters.closed('greeting-timeout')).toBe(500);
    good.send(pingreq);
    expect(await good.next()).toEqual(pingresp);
  });

  it('lets a good panel in from the very address whose sockets are used up by silence', async () => {
    await open();
    const silent = await Promise.all(Array.from({ length: 500 }, () => site.dial()));
    await site.counters.reachedClosed('evicted', 468);
    await site.panel('A');
    expect(site.counters.closed('evicted')).toBe(469);
    expect(site.counters.closed('sockets-per-ip')).toBe(0);
    expect(silent).toHaveLength(500);
  });

  it('refuses one address more panels than its share, and no other address', async () => {
    await open({ limits: { socketsPerIp: 2 } });
    await site.panel('A');
    await site.panel('B');
    const third = await site.dial();
    await third.closed;
    expect(site.counters.closed('sockets-per-ip')).toBe(1);
    const elsewhere = await site.dial('127.0.0.2');
    elsewhere.send(connect({ username: 'A', password: 'wrong' }));
    expect((await elsewhere.next())[3]).toBe(4);
  });

  it('refuses a socket beyond the total when all others are panels', async () => {
    await open({ limits: { sockets: 1 } });
    await site.panel('A');
    const second = await site.dial('127.0.0.2');
    await second.closed;
    expect(site.counters.closed('sockets')).toBe(1);
  });

  it('gives the place of a panel that left to the next one', async () => {
    await open({ limits: { sockets: 1 } });
    for (let turn = 0; turn < 5; turn += 1) {
      const panel = await site.panel('A');
      panel.send(disconnect);
      await panel.closed;
      await site.counters.reachedClosed('disconnected', turn + 1);
    }
    expect(site.counters.closed('sockets')).toBe(0);
  });
});

describe('after the log-in', () => {
  it('takes a packet of the largest size, and closes on the head of a larger one', async () => {
    await open({ limits: { packetBytes: 2_000_000, pendingBytes: 3_000_000 } });
    const panel = await site.panel('A');
    const overhead = publish({ topic, payload: '' }).length + 2;
    panel.send(publish({ topic, payload: Buffer.alloc(2_000_000 - overhead, 'x') }));
    expect(await panel.next()).toEqual(puback(1));
    panel.send(publish({ topic, payload: Buffer.alloc(2_000_001 - overhead, 'x') }).subarray(0, 5));
    await panel.closed;
    expect(site.counters.closed('packet-too-large')).toBe(1);
    expect(site.sink.readings[0]?.body).toHaveLength(2_000_000 - overhead);
  });

  it('goes by the size that the account allows, where it does', async () => {
    await open({ accounts: [account('A', { maxPacketBytes: 100 })] });
    const panel = await site.panel('A');
    panel.send(publish({ topic, payload: 'x'.repeat(100) }));
    await panel.closed;
    expect(site.counters.closed('packet-too-large')).toBe(1);
    expect(site.refused).toEqual(['A']);
  });

  it('tells of no device that it refused one where that went by itself, or is not known', async () => {
    await open();
    const [panel, stranger] = [await site.panel('A'), await site.dial()];
    panel.close();
    stranger.send(publish({ topic, payload: 'x' }));
    await stranger.closed;
    await site.counters.reachedClosed('lost');
    expect(site.refused).toEqual([]);
  });

  it('takes no SUBSCRIBE of more than 8 KB, whatever a PUBLISH may have', async () => {
    await open();
    const panel = await site.panel('A');
    panel.send(subscribe(1, 'x'.repeat(8_192)));
    await panel.closed;
    expect(site.counters.closed('packet-too-large')).toBe(1);
  });

  it('gives a packet that has begun a minute to end', async () => {
    await open();
    const panel = await site.panel('A', { keepAlive: 600 });
    panel.send(publish({ topic, payload: 'x'.repeat(10_000) }).subarray(0, 5_000), Buffer.alloc(0));
    await flushed(panel);
    await clock.advance(60_000);
    expect(site.counters.closed('packet-timeout')).toBe(0);
    await clock.advance(500);
    await panel.closed;
    expect(site.counters.closed('packet-timeout')).toBe(1);
  });
});

/** A second connection's round trip: by then the broker has read what was sent before. */
async function flushed(panel: RawPanel): Promise<void> {
  expect(panel.unread).toEqual([]);
  const other = await site.panel('B');
  other.send(pingreq);
  await other.next();
  other.send(disconnect);
  await other.closed;
}

describe('the keep-alive', () => {
  it('closes after one and a half of the time that the panel chose', async () => {
    await open();
    const panel = await site.panel('A', { keepAlive: 10 });
    await clock.advance(14_000);
    panel.send(pingreq);
    expect(await panel.next()).toEqual(pingresp);
    await clock.advance(15_000);
    expect(site.counters.closed('keep-alive')).toBe(0);
    await clock.advance(250);
    await panel.closed;
    expect(site.counters.closed('keep-alive')).toBe(1);
    expect(site.presences.at(-1)).toEqual({ deviceId: 'A', state: 'offline', reason: 'keep-alive' });
  });

  it.each([0, 65_535])('holds also for a panel that asks for %d seconds', async (keepAlive) => {
    await open({ limits: { keepAliveSeconds: 20 } });
    const panel = await site.panel('A', { keepAlive });
    await clock.advance(30_000);
    expect(site.counters.closed('keep-alive')).toBe(0);
    await clock.advance(250);
    await panel.closed;
    expect(site.counters.closed('keep-alive')).toBe(1);
  });

  it('does not count the time in which the broker itself does not read', async () => {
    await open({ limits: { pendingMessages: 1 } });
    site.sink.hold();
    const panel = await site.panel('A', { keepAlive: 10 });
    panel.send(publish({ topic, id: 1 }), publish({ topic, id: 2 }));
    await site.sink.reached(1);
    await clock.advance(600_000);
    site.sink.settleAll();
    expect([await panel.next(), await panel.next()]).toEqual([puback(1), puback(2)]);
    await clock.advance(14_000);
    panel.send(pingreq);
    expect(await panel.next()).toEqual(pingresp);
  });
});

describe('a sink that is slow', () => {
  it('holds no more messages of one panel than allowed, and takes the rest in order later', async () => {
    await open({ limits: { pendingMessages: 2 } });
    site.sink.hold();
    const panel = await site.panel('A');
    for (let id = 1; id <= 5; id += 1) panel.send(publish({ topic, id, payload: String(id) }));
    await site.sink.reached(2);
    await flushedBy('B');
    expect(site.sink.bodies).toEqual(['1', '2', 'B']);
    expect(site.broker.sessions().find(({ deviceId }) => deviceId === 'A')?.pending).toBe(2);
    site.sink.settleAll();
    for (let id = 1; id <= 5; id += 1) expect(await panel.next()).toEqual(puback(id));
    expect(site.sink.bodies.filter((body) => body !== 'B')).toEqual(['1', '2', '3', '4', '5']);
  });

  it('holds no more bytes of one panel than allowed', async () => {
    await open({ limits: { pendingBytes: 100_000 } });
    site.sink.hold();
    const panel = await site.panel('A');
    for (let id = 1; id <= 4; id += 1) panel.send(publish({ topic, id, payload: Buffer.alloc(40_000) }));
    await site.sink.reached(2);
    await flushedBy('B');
    expect(site.sink.readings).toHaveLength(3);
    site.sink.settleAll();
    await site.sink.reached(5);
  });

  it('takes one message that is larger than all its room, when it is alone', async () => {
    await open({ limits: { pendingBytes: 1_000 } });
    const panel = await site.panel('A');
    panel.send(publish({ topic, payload: Buffer.alloc(5_000) }));
    expect(await panel.next()).toEqual(puback(1));
  });

  it('lets small messages of others in while large ones have used up their share', async () => {
    await open({ limits: { totalPendingBytes: 400_000, pendingBytes: 1_000_000 } });
    site.sink.hold();
    const panel = await site.panel('A');
    for (let id = 1; id <= 4; id += 1) panel.send(publish({ topic, id, payload: Buffer.alloc(100_000, String(id)) }));
    await site.sink.reached(2);
    await flushedBy('B');
    expect(site.sink.readings.map(({ deviceId }) => deviceId)).toEqual(['A', 'A', 'B']);
    site.sink.settleAll();
    for (let id = 1; id <= 4; id += 1) expect(await panel.next()).toEqual(puback(id));
  });

  it('gives back the room of a panel that left with a message half sent', async () => {
    await open({ limits: { totalPendingBytes: 100_000 } });
    for (let turn = 0; turn < 3; turn += 1) {
      const panel = await site.panel('A');
      panel.send(publish({ topic, payload: Buffer.alloc(70_000) }).subarray(0, 60_000));
      panel.send(Buffer.alloc(1));
      panel.socket.end();
      await panel.closed;
      await site.counters.reachedClosed('lost', turn + 1);
    }
    const panel = await site.panel('A');
    panel.send(publish({ topic, payload: Buffer.alloc(70_000) }));
    expect(await panel.next()).toEqual(puback(1));
  });
});

/** Another panel publishes and is heard: what the first one sent before has been read as far as it will be. */
async function flushedBy(deviceId: string): Promise<void> {
  const before = site.sink.readings.length;
  const other = await site.panel(deviceId);
  other.send(publish({ topic: `panel/${deviceId}/rec`, payload: deviceId }), pingreq);
  expect(await other.next()).toEqual(pingresp);
  await site.sink.reached(before + 1);
}

describe('a storm of one panel', () => {
  it('is slowed down and counted; nothing of it is lost, and no other panel waits', async () => {
    await open({ limits: { burst: 3, perSecond: 1 } });
    const loud = await site.panel('A');
    for (let id = 1; id <= 6; id += 1) loud.send(publish({ topic, id, payload: String(id) }));
    await site.sink.reached(3);
    expect(site.counters.of('mqtt_packets_throttled')).toBe(1);
    await flushedBy('B');
    expect(site.sink.bodies).toEqual(['1', '2', '3', 'B']);
    await clock.advance(1_000);
    expect(site.sink.bodies.at(-1)).toBe('4');
    await clock.advance(2_000);
    for (let id = 1; id <= 6; id += 1) expect(await loud.next()).toEqual(puback(id));
    expect(site.sink.bodies.filter((body) => body !== 'B')).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  it('gains nothing from a new connection', async () => {
    await open({ limits: { burst: 2, perSecond: 1 } });
    const first = await site.panel('A');
    first.send(publish({ topic, id: 1 }), publish({ topic, id: 2 }));
    await site.sink.reached(2);
    const second = await site.panel('A');
    second.send(publish({ topic, id: 3 }));
    await site.counters.reached('mqtt_packets_throttled');
    expect(site.sink.readings).toHaveLength(2);
    await clock.advance(1_000);
    expect(await second.next()).toEqual(puback(3));
  });

  it('is not what it sends to acknowledge the messages of the gateway', async () => {
    await open({ limits: { burst: 2, perSecond: 1 } });
    const panel = await site.panel('A');
    panel.send(subscribe(1, 'panel/A/down'));
    await panel.next();
    for (let turn = 0; turn < 5; turn += 1) {
      await site.broker.publish('panel/A/down', '');
      const message = await panel.next();
      panel.send(puback(message.readUInt16BE(message.length - 2)));
    }
    panel.send(publish({ topic }));
    expect(await panel.next()).toEqual(puback(1));
    panel.send(puback(9));
    await site.counters.reached('mqtt_packets_throttled');
  });

  it('may not be one of PINGREQ either', async () => {
    await open({ limits: { burst: 2, perSecond: 1 } });
    const panel = await site.panel('A');
    panel.send(pingreq, pingreq, pingreq);
    expect([await panel.next(), await panel.next()]).toEqual([pingresp, pingresp]);
    expect(panel.unread).toEqual([]);
    await clock.advance(1_000);
    expect(await panel.next()).toEqual(pingresp);
  });
});

describe('a panel that does not read', () => {
  it('is closed when too much waits for it', async () => {
    await open({ limits: { outboundBytes: 1_000_000 } });
    const panel = await site.panel('A');
    panel.send(subscribe(1, 'panel/A/down'));
    await panel.next();
    panel.socket.pause();
    const sent = site.broker.publish('panel/A/down', Buffer.alloc(30_000_000)).catch(() => undefined);
    await clock.advance(500);
    await site.counters.reachedClosed('slow-reader');
    await sent;
  });
});
