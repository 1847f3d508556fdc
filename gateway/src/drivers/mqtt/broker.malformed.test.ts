import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PASSWORD, type RawPanel, type TestSite, testSite } from './broker.fixture.js';
import {
  connect,
  number,
  packet,
  pingreq,
  pingresp,
  puback,
  pubcomp,
  publish,
  pubrec,
  remainingLength,
  subscribe,
  text,
  unsubscribe,
} from './packets.fixture.js';
import type { CloseReason } from './reasons.js';

type Case = readonly [what: string, bytes: Buffer, reason: CloseReason];

let site: TestSite;
let bystander: RawPanel;
let sent = 0;

beforeAll(async () => {
  const limits = {
    topicBytes: 128,
    topicLevels: 8,
    packetBytes: 4096,
    burst: 100_000,
    perSecond: 1,
    socketsPerIp: 100,
  };
  site = await testSite({ limits });
  bystander = await site.panel('B');
});

afterAll(() => site.stop());

/** The other panel still gets its acknowledgement at once. */
async function bystanderIsServed(): Promise<void> {
  sent += 1;
  bystander.send(publish({ topic: 'panel/B/rec', id: sent }));
  expect(await bystander.next()).toEqual(puback(sent));
}

const bytes = (...values: number[]): Buffer => Buffer.from(values);
const topic = 'panel/A/rec';
const login = { clientId: 'A', username: 'A', password: PASSWORD };
const good = connect(login);
const connectBody = (...parts: Buffer[]): Buffer => packet(0x10, ...parts);
const start = (flags: number): Buffer[] => [text('MQTT'), bytes(4, flags), number(60)];

const firstPackets: readonly Case[] = [
  ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: gateway\r\n\r\n'), 'not-connect'],
  ['a TLS greeting on the plain listener', bytes(0x16, 3, 1, 2, 0, 1, 0, 1, 252), 'malformed-flags'],
  ['an SSH greeting', Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'), 'not-connect'],
  ['zeros', Buffer.alloc(64), 'not-connect'],
  ['ones', Buffer.alloc(64, 0xff), 'malformed-length'],
  ['a length of five bytes', bytes(0x10, 0x80, 0x80, 0x80, 0x80, 1), 'malformed-length'],
  ['a length that never ends', Buffer.concat([bytes(0x10), Buffer.alloc(100, 0x80)]), 'malformed-length'],
  ['a CONNECT of the largest length that there is', bytes(0x10, 0xff, 0xff, 0xff, 0x7f), 'connect-too-large'],
  ['a CONNECT of 4097 bytes', Buffer.concat([bytes(0x10), remainingLength(4094)]), 'connect-too-large'],
  ...[2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0].map((type): Case => [
    `a packet of type ${type} before any CONNECT`,
    packet(type << 4),
    'not-connect',
  ]),
  ...[1, 2, 4, 8, 15].map((flags): Case => [
    `CONNECT with header flags ${flags}`,
    packet(0x10 | flags, good.subarray(2)),
    'malformed-flags',
  ]),
  ['an empty CONNECT', connectBody(), 'malformed-connect'],
  ['CONNECT that ends in its protocol name', connectBody(number(4), Buffer.from('MQ')), 'malformed-connect'],
  ['CONNECT that ends after its protocol name', connectBody(text('MQTT')), 'malformed-connect'],
  ['CONNECT that ends after its level', connectBody(text('MQTT'), bytes(4)), 'malformed-connect'],
  ['CONNECT that ends after its flags', connectBody(text('MQTT'), bytes(4, 2)), 'malformed-connect'],
  ['CONNECT that ends in its keep-alive', connectBody(text('MQTT'), bytes(4, 2, 0)), 'malformed-connect'],
  ['CONNECT without a client id', connectBody(...start(2)), 'malformed-connect'],
  ['CONNECT of a protocol in small letters', connect({ ...login, protocol: 'mqtt' }), 'malformed-connect'],
  ['CONNECT of no protocol', connect({ ...login, protocol: '' }), 'malformed-connect'],
  ['CONNECT of MQTT with the level of 3.1', connect({ ...login, level: 3 }), 'protocol-version'],
  ['CONNECT of MQIsdp with the level of 3.1.1', connect({ ...login, protocol: 'MQIsdp' }), 'protocol-version'],
  ['CONNECT of level 0', connect({ ...login, level: 0 }), 'protocol-version'],
  ['CONNECT of a bridge', connect({ ...login, level: 0x84 }), 'protocol-version'],
  ['CONNECT of level 255', connect({ ...login, level: 255 }), 'protocol-version'],
  ['CONNECT with its reserved flag', connect({ ...login, flags: 1 }), 'malformed-connect'],
  ['CONNECT with will QoS and no will', connect({ ...login, flags: 0x08 }), 'malformed-connect'],
  ['CONNECT with will retain and no will', connect({ ...login, flags: 0x20 }), 'malformed-connect'],
  ['CONNECT with a will of QoS 3', connect({ ...login, will: { topic, payload: '', qos: 3 } }), 'malformed-connect'],
  ['CONNECT with an empty will topic', connect({ ...login, will: { topic: '', payload: '' } }), 'malformed-connect'],
  ['CONNECT that promises a will', connectBody(...start(0x06), text('A')), 'malformed-connect'],
  ['CONNECT with a will topic alone', connectBody(...start(0x06), text('A'), text('t')), 'malformed-connect'],
  ['CONNECT that promises a user', connectBody(...start(0x82), text('A')), 'malformed-connect'],
  ['CONNECT that promises a password', connectBody(...start(0xc2), text('A'), text('u')), 'malformed-connect'],
  ['CONNECT with a password and no user', connectBody(...start(0x42), text('A'), text('p')), 'malformed-connect'],
  [
    'CONNECT with a user that it did not promise',
    connectBody(...start(0x02), text('A'), text('u')),
    'malformed-connect',
  ],
  ['CONNECT with a NUL in its client id', connect({ ...login, clientId: 'A\0' }), 'malformed-connect'],
  ['CONNECT with a NUL in its user', connect({ ...login, username: 'A\0' }), 'malformed-connect'],
  ['CONNECT with broken UTF-8', connectBody(...start(2), number(2), bytes(0xc3, 0x28)), 'malformed-connect'],
  ['CONNECT with a surrogate', connectBody(...start(2), text(bytes(0xed, 0xa0, 0x80))), 'malformed-connect'],
  [
    'CONNECT whose client id is longer than it is',
    connectBody(...start(2), number(500), Buffer.from('A')),
    'malformed-connect',
  ],
];

const laterPackets: readonly Case[] = [
  ['a second CONNECT', good, 'second-connect'],
  ['a second CONNECT of another panel', connect({ ...login, username: 'B' }), 'second-connect'],
  ...[0, 2, 9, 11, 13, 15].map((type): Case => [
    `a packet of type ${type}`,
    packet(type << 4, number(1)),
    'unexpected-packet',
  ]),
  ['PUBREC, for the gateway sends nothing at QoS 2', pubrec(1), 'unexpected-packet'],
  ['PUBCOMP', pubcomp(1), 'unexpected-packet'],
  ...[0x36, 0x37, 0x3e, 0x3f].map((first): Case => [
    `PUBLISH with first byte ${first}`,
    packet(first, text(topic), number(1)),
    'malformed-flags',
  ]),
  ['PUBLISH of QoS 0 marked as duplicate', packet(0x38, text(topic)), 'malformed-flags'],
  ...[0x41, 0x42, 0x48, 0x60, 0x61, 0x63, 0x80, 0x81, 0x83, 0xa0, 0xa3, 0xc1, 0xc2, 0xe1, 0xe8].map((first): Case => [
    `first byte ${first.toString(16)}`,
    packet(first, number(1)),
    'malformed-flags',
  ]),
  ['an empty PUBLISH', packet(0x32), 'malformed-publish'],
  ['PUBLISH of one byte', packet(0x32, bytes(0)), 'malformed-publish'],
  ['PUBLISH with an empty topic', publish({ topic: '' }), 'malformed-publish'],
  ['PUBLISH whose topic runs over its end', packet(0x30, number(5), Buffer.from('abc')), 'malformed-publish'],
  [
    'PUBLISH whose topic runs into the next packet',
    Buffer.concat([packet(0x30, number(200), Buffer.alloc(10, 'a')), Buffer.alloc(300, 'a')]),
    'malformed-publish',
  ],
  ['PUBLISH of QoS 1 without a packet id', packet(0x32, text(topic)), 'malformed-publish'],
  ['PUBLISH with half a packet id', packet(0x32, text(topic), bytes(1)), 'malformed-publish'],
  ['PUBLISH of QoS 1 with packet id 0', publish({ topic, id: 0 }), 'malformed-publish'],
  ['PUBLISH of QoS 2 with packet id 0', publish({ topic, id: 0, qos: 2 }), 'malformed-publish'],
  ...['#', '+', 'panel/+/rec', 'panel/A/#', 'panel/A/rec+', `${topic}\0`].map((each): Case => [
    `PUBLISH to ${JSON.stringify(each)}`,
    publish({ topic: each }),
    'malformed-publish',
  ]),
  ...[[0xff], [0xc0, 0x80], [0xe2, 0x82], [0xf5, 0x80, 0x80, 0x80], [0xed, 0xbf, 0xbf], [0x80]].map((each): Case => [
    `PUBLISH to the bytes ${each.join(' ')}`,
    packet(0x30, text(bytes(...each))),
    'malformed-publish',
  ]),
  ['PUBLISH to a topic of 129 bytes', publish({ topic: `panel/A/${'x'.repeat(121)}` }), 'topic-too-long'],
  ['PUBLISH to 65,400 slashes', publish({ topic: '/'.repeat(65_400) }), 'packet-too-large'],
  ['PUBLISH to 100 slashes', publish({ topic: '/'.repeat(100) }), 'topic-too-long'],
  ['PUBLISH to nine levels', publish({ topic: 'panel/A/3/4/5/6/7/8/9' }), 'topic-too-long'],
  ['PUBLISH of the largest length that there is', bytes(0x32, 0xff, 0xff, 0xff, 0x7f), 'packet-too-large'],
  ['PUBLISH one byte larger than allowed', publish({ topic, payload: 'x'.repeat(4096 - 17) }), 'packet-too-large'],
  ['a length of five bytes', bytes(0x32, 0xff, 0xff, 0xff, 0xff, 0x7f), 'malformed-length'],
  ['PUBACK without a packet id', packet(0x40), 'malformed-acknowledgement'],
  ['PUBACK with packet id 0', puback(0), 'malformed-acknowledgement'],
  ['PUBACK with a reason code of version 5', packet(0x40, number(1), bytes(0)), 'malformed-acknowledgement'],
  ['PUBREL of one byte', packet(0x62, bytes(1)), 'malformed-acknowledgement'],
  ['PUBREL with packet id 0', packet(0x62, number(0)), 'malformed-acknowledgement'],
  ['an empty SUBSCRIBE', packet(0x82), 'malformed-subscribe'],
  ['SUBSCRIBE of one byte', packet(0x82, bytes(0)), 'malformed-subscribe'],
  ['SUBSCRIBE to nothing', packet(0x82, number(1)), 'malformed-subscribe'],
  ['SUBSCRIBE with packet id 0', subscribe(0, topic), 'malformed-subscribe'],
  ['SUBSCRIBE to an empty filter', subscribe(1, ''), 'malformed-subscribe'],
  ['SUBSCRIBE without a QoS', packet(0x82, number(1), text(topic)), 'malformed-subscribe'],
  ['SUBSCRIBE asking for QoS 3', packet(0x82, number(1), text(topic), bytes(3)), 'malformed-subscribe'],
  ['SUBSCRIBE with reserved bits', packet(0x82, number(1), text(topic), bytes(0x40)), 'malformed-subscribe'],
  [
    'SUBSCRIBE whose second filter is cut',
    packet(0x82, number(1), text(topic), bytes(1), number(9)),
    'malformed-subscribe',
  ],
  ['SUBSCRIBE with a NUL', subscribe(1, 'panel/A/\0'), 'malformed-subscribe'],
  ['SUBSCRIBE with broken UTF-8', packet(0x82, number(1), text(bytes(0xff)), bytes(1)), 'malformed-subscribe'],
  [
    'SUBSCRIBE with two thousand filters',
    subscribe(1, ...Array.from({ length: 2_000 }, (_, n) => `a${n}`)),
    'packet-too-large',
  ],
  ['an empty UNSUBSCRIBE', packet(0xa2), 'malformed-subscribe'],
  ['UNSUBSCRIBE from nothing', packet(0xa2, number(1)), 'malformed-subscribe'],
  ['UNSUBSCRIBE with packet id 0', unsubscribe(0, topic), 'malformed-subscribe'],
  ['UNSUBSCRIBE whose filter is cut', packet(0xa2, number(1), number(4), Buffer.from('abc')), 'malformed-subscribe'],
  ['PINGREQ with a body', packet(0xc0, bytes(0)), 'malformed-control'],
  ['DISCONNECT with a reason code of version 5', packet(0xe0, bytes(4)), 'malformed-control'],
];

describe('there are enough cases', () => {
  it('of both sorts', () => {
    expect(firstPackets.length + laterPackets.length).toBeGreaterThanOrEqual(120);
  });
});

describe('as the first bytes of a connection', () => {
  it.each(firstPackets)('%s closes that connection alone, with its reason', async (_what, frame, reason) => {
    const before = site.counters.closed(reason);
    const stranger = await site.dial();
    stranger.send(frame);
    await stranger.closed;
    expect(site.counters.closed(reason)).toBe(before + 1);
    await bystanderIsServed();
  });
});

describe('from a panel that is logged in', () => {
  it.each(laterPackets)('%s closes that connection alone, with its reason', async (_what, frame, reason) => {
    const before = site.counters.closed(reason);
    const panel = await site.panel('A');
    panel.send(frame);
    await panel.closed;
    expect(site.counters.closed(reason)).toBe(before + 1);
    expect(site.sink.readings.filter(({ deviceId }) => deviceId === 'A')).toEqual([]);
    await bystanderIsServed();
  });
});

describe('strange but well-formed bytes', () => {
  it.each([
    ['a length written with more bytes than it needs', bytes(0xc0, 0x80, 0x80, 0)],
    ['an UNSUBSCRIBE from what was never subscribed to, then a ping', Buffer.concat([unsubscribe(1, 'x'), pingreq])],
    ['a PUBACK that nobody waits for, then a ping', Buffer.concat([puback(999), pingreq])],
  ])('%s does no harm', async (_what, frame) => {
    const panel = await site.panel('A');
    panel.send(frame);
    let answer = await panel.next();
    if (answer[0] === 0xb0) answer = await panel.next();
    expect(answer).toEqual(pingresp);
    panel.close();
  });

  it('a conversation that comes one byte at a time is understood', async () => {
    const panel = await site.dial();
    for (const byte of Buffer.concat([good, publish({ topic, id: 3, payload: 'slow' }), pingreq])) {
      panel.send(Buffer.from([byte]));
    }
    expect((await panel.next())[3]).toBe(0);
    expect([await panel.next(), await panel.next()]).toEqual(expect.arrayContaining([puback(3), pingresp]));
    expect(site.sink.bodies.at(-1)).toBe('slow');
    panel.close();
  });
});

describe('random bytes', () => {
  it('neither stop the broker nor keep another panel waiting', async () => {
    const noise = fc.uint8Array({ minLength: 1, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(fc.boolean(), noise, async (known, body) => {
        const panel = known ? await site.panel('A') : await site.dial();
        panel.send(Buffer.from(body));
        panel.socket.end();
        await panel.closed;
        await bystanderIsServed();
      }),
      { numRuns: 100 },
    );
  });

  it('put into the middle of good packets are found out', async () => {
    const flip = fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) });
    const frames = [publish({ topic, id: 5, payload: '{"a":1}' }), subscribe(6, 'panel/A/down'), puback(7)];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...frames), flip, async (frame, { at, to }) => {
        const damaged = Buffer.from(frame);
        damaged[at % damaged.length] = to;
        const panel = await site.panel('A');
        panel.send(damaged);
        panel.socket.end();
        await panel.closed;
        await bystanderIsServed();
      }),
      { numRuns: 100 },
    );
  });
});
