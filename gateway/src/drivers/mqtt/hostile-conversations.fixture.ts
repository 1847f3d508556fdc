import {
  bytes,
  first,
  foreign,
  good,
  type Hostile,
  join,
  later,
  login,
  type Made,
  TOPIC,
} from './hostile-case.fixture.js';
import {
  connect,
  disconnect,
  number,
  packet,
  pingreq,
  puback,
  publish,
  pubrel,
  subscribe,
  text,
  unsubscribe,
} from './packets.fixture.js';

function wills(): Hostile[] {
  const refused = (what: string, will: { topic: string; payload: string; retain?: boolean; qos?: number }): Made => ({
    what: `a will ${what}`,
    bytes: connect({ ...login, will }),
    ends: 'will-refused',
  });
  const payload = 'gone';
  return first([
    ...foreign.map((topic) => refused(`on ${topic}`, { topic, payload })),
    ...['#', '+', 'panel/A/#', 'panel/+/rec'].map((topic) => refused(`on the filter ${topic}`, { topic, payload })),
    refused('that is retained', { topic: TOPIC, payload, retain: true }),
    refused('on a topic of 200 bytes', { topic: `panel/A/${'x'.repeat(192)}`, payload }),
    refused('on a topic of nine levels', { topic: 'panel/A/3/4/5/6/7/8/9', payload }),
  ]);
}

function subscriptions(): Hostile[] {
  const denied = [
    ...[
      '#',
      '+',
      '+/+',
      '/',
      '//',
      'panel/#',
      'panel/+/down',
      'panel/B/down',
      'panel/A/+',
      'panel/A/#',
      'panel/A/down/',
    ],
    ...['$SYS/#', '$share/g/panel/A/down', '$share', `panel/A/cmd/${'y'.repeat(200)}`],
  ];
  const refused = denied.map((filter): Made => ({
    what: `SUBSCRIBE to ${filter.slice(0, 30)}`,
    bytes: subscribe(1, filter),
    ends: 'stays',
    counts: 'mqtt_subscriptions_refused',
  }));
  const none = ['a/#/b', 'a+', '##', '+a', 'panel/A/#x', 'panel/A/x#', '#/', 'panel/++/down'].flatMap(
    (filter): Made[] => [
      { what: `SUBSCRIBE to ${filter}, which is no filter`, bytes: subscribe(1, filter), ends: 'malformed-subscribe' },
      { what: `UNSUBSCRIBE from ${filter}`, bytes: unsubscribe(1, filter), ends: 'malformed-subscribe' },
    ],
  );
  const deep: Made = {
    what: 'SUBSCRIBE to nine levels',
    bytes: subscribe(1, '1/2/3/4/5/6/7/8/9'),
    ends: 'topic-too-long',
  };
  const qos = [3, 4, 0x40, 0x81, 0xff].map((asked): Made => ({
    what: `SUBSCRIBE that asks for QoS ${asked}`,
    bytes: packet(0x82, number(1), text('panel/A/down'), bytes(asked)),
    ends: 'malformed-subscribe',
  }));
  return later([...refused, ...none, deep, ...qos]);
}

function greetings(): Hostile[] {
  const wrongPassword = connect({ ...login, password: 'wrong' });
  return first([
    { what: 'a message in front of CONNECT', bytes: join(good, connect(login)), ends: 'not-connect' },
    { what: 'two CONNECTs at once', bytes: join(connect(login), connect(login)), ends: 'second-connect' },
    { what: 'a message behind a wrong password', bytes: join(wrongPassword, good), ends: 'bad-credentials' },
    { what: 'CONNECT without an account', bytes: join(connect({ clientId: 'A' }), good), ends: 'bad-credentials' },
    { what: 'CONNECT as nobody', bytes: connect({ ...login, username: 'nobody' }), ends: 'bad-credentials' },
    { what: 'CONNECT under the id of another panel', bytes: connect({ ...login, clientId: 'B' }), ends: 'client-id' },
    { what: 'CONNECT under an id with a slash', bytes: connect({ ...login, clientId: 'A/x' }), ends: 'client-id' },
    { what: 'CONNECT and DISCONNECT at once', bytes: join(connect(login), disconnect), ends: 'disconnected' },
  ]);
}

function sequences(): Hostile[] {
  return later([
    { what: 'a message behind DISCONNECT', bytes: join(disconnect, good), ends: 'disconnected' },
    {
      what: 'a message in front of a broken one',
      bytes: join(good, packet(0x36)),
      ends: 'malformed-flags',
      taken: 1,
    },
    { what: 'a message behind a broken one', bytes: join(packet(0x36), good), ends: 'malformed-flags' },
    { what: 'a message inside another', bytes: join(good.subarray(0, 6), good), ends: 'malformed-publish' },
    { what: 'a PUBREL that no message waits for', bytes: pubrel(77), ends: 'stays' },
    { what: 'a PUBACK that nobody waits for', bytes: puback(77), ends: 'stays' },
    { what: 'an UNSUBSCRIBE from what was never asked for', bytes: unsubscribe(3, 'x/y'), ends: 'stays' },
    { what: 'one packet id for two messages at once', bytes: join(good, good), ends: 'stays', taken: 2 },
    {
      what: 'a message of QoS 2 that comes twice before its PUBREL',
      bytes: join(publish({ topic: TOPIC, id: 5, qos: 2 }), publish({ topic: TOPIC, id: 5, qos: 2, duplicate: true })),
      ends: 'stays',
      taken: 1,
    },
    { what: 'a hundred pings at once', bytes: join(...Array.from({ length: 100 }, () => pingreq)), ends: 'stays' },
    ...[0, 1, 2].flatMap((qos): Made[] => [
      {
        what: `a retained message of QoS ${qos}`,
        bytes: publish({ topic: TOPIC, qos, retain: true }),
        ends: 'retain-refused',
      },
      {
        what: `the end of a retained message of QoS ${qos}`,
        bytes: publish({ topic: TOPIC, qos, retain: true, payload: '' }),
        ends: 'retain-refused',
      },
    ]),
    ...[1, 2].map((qos): Made => ({
      what: `a message of QoS ${qos} with packet id 0`,
      bytes: publish({ topic: TOPIC, qos, id: 0 }),
      ends: 'malformed-publish',
    })),
  ]);
}

/** Connections that break off in the middle of a packet. */
function halves(): Hostile[] {
  const greeting = connect(login);
  const ways = ['fin', 'reset'] as const;
  return ways.flatMap((then) => [
    ...first([
      { what: `nothing, then ${then}`, bytes: bytes(), ends: 'lost', then },
      { what: `half a CONNECT, then ${then}`, bytes: greeting.subarray(0, 20), ends: 'lost', then },
      { what: `one byte, then ${then}`, bytes: bytes(0x10), ends: 'lost', then },
    ]),
    ...later([
      { what: `half a message, then ${then}`, bytes: good.subarray(0, 8), ends: 'lost', then },
      { what: `half a length, then ${then}`, bytes: bytes(0x32, 0x80), ends: 'lost', then },
      {
        what: `half a SUBSCRIBE, then ${then}`,
        bytes: subscribe(1, 'panel/A/down').subarray(0, 7),
        ends: 'lost',
        then,
      },
    ]),
  ]);
}

/** Packets that are well-formed, and wrong where they stand or in what they want. */
export const hostileConversations: readonly (readonly [family: string, cases: readonly Hostile[]])[] = [
  ['wills', wills()],
  ['subscriptions', subscriptions()],
  ['greetings', greetings()],
  ['packets out of order', sequences()],
  ['connections that break off', halves()],
];
