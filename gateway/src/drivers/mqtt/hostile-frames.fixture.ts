import { PASSWORD } from './broker.fixture.js';
import {
  bytes,
  first,
  foreign,
  good,
  type Hostile,
  hostileLimits,
  join,
  later,
  login,
  type Made,
  TOPIC,
} from './hostile-case.fixture.js';
import {
  connect,
  number,
  packet,
  puback,
  publish,
  pubrel,
  remainingLength,
  subscribe,
  text,
  unsubscribe,
} from './packets.fixture.js';
import type { CloseReason } from './reasons.js';

/** Packets that a panel may send, by first byte, with the reason for a body that is none. */
const known = [
  { name: 'PUBACK', byte: 0x40, fault: 'malformed-acknowledgement' },
  { name: 'PUBREL', byte: 0x62, fault: 'malformed-acknowledgement' },
  { name: 'SUBSCRIBE', byte: 0x82, fault: 'malformed-subscribe' },
  { name: 'UNSUBSCRIBE', byte: 0xa2, fault: 'malformed-subscribe' },
  { name: 'PINGREQ', byte: 0xc0, fault: 'malformed-control' },
  { name: 'DISCONNECT', byte: 0xe0, fault: 'malformed-control' },
] as const;

const strangers: readonly Made[] = [
  ['HTTP', Buffer.from('POST /iclock/cdata HTTP/1.1\r\n\r\n'), 'not-connect'],
  ['RTSP', Buffer.from('OPTIONS rtsp://gateway/ RTSP/1.0\r\n\r\n'), 'not-connect'],
  ['SIP', Buffer.from('REGISTER sip:gateway SIP/2.0\r\n\r\n'), 'not-connect'],
  ['SMTP', Buffer.from('EHLO door\r\n'), 'not-connect'],
  ['Redis', Buffer.from('*1\r\n$4\r\nPING\r\n'), 'not-connect'],
  ['AMQP', Buffer.from('AMQP\0\0\x09\x01'), 'not-connect'],
  ['SOCKS5', bytes(5, 1, 0), 'not-connect'],
  ['Modbus', bytes(0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1), 'not-connect'],
  ['RDP', bytes(3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0), 'not-connect'],
  ['PostgreSQL', bytes(0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f), 'not-connect'],
  ['a PROXY header', Buffer.from('PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n'), 'not-connect'],
  ['XML', Buffer.from('<?xml version="1.0"?>'), 'not-connect'],
  ['JSON', Buffer.from('{"operator":"RecPush"}'), 'not-connect'],
  ['CONNECT of MQTT 5', connectFive(), 'protocol-version'],
].map(([what, frame, ends]) => ({ what, bytes: frame, ends }) as Made);

function connectFive(): Buffer {
  return packet(0x10, text('MQTT'), bytes(5, 2), number(60), bytes(5, 17, 0, 0, 0, 60), text('A'));
}

const endless = [
  [0x80, 0x80, 0x80, 0x80, 0],
  [0xff, 0xff, 0xff, 0xff, 0x7f],
  [0x80, 0x80, 0x80, 0x80, 0x80],
];

function lengths(): Hostile[] {
  const of = (name: string, byte: number): Made[] =>
    endless.map((length) => ({
      what: `${name} with the length ${length.map((value) => value.toString(16)).join(' ')}`,
      bytes: bytes(byte, ...length),
      ends: 'malformed-length',
    }));
  const padded: Made[] = [
    { what: 'PINGREQ whose length has four bytes', bytes: bytes(0xc0, 0x80, 0x80, 0x80, 0), ends: 'stays' },
    {
      what: 'PUBLISH whose length has more bytes than it needs',
      bytes: join(bytes(0x32, 0x80 | (good.length - 2), 0x80, 0), good.subarray(2)),
      ends: 'stays',
      taken: 1,
    },
  ];
  return [
    ...first(of('CONNECT', 0x10)),
    ...later([...of('PUBLISH', 0x32), ...known.flatMap(({ name, byte }) => of(name, byte)), ...padded]),
  ];
}

function sizes(): Hostile[] {
  const declared = (byte: number, size: number): Buffer => join(bytes(byte), remainingLength(size));
  const announced = known.flatMap(({ name, byte }): Made[] =>
    [hostileLimits.controlBytes, 65_535, 268_435_455].map((size) => ({
      what: `${name} that announces ${size} bytes`,
      bytes: declared(byte, size),
      ends: 'packet-too-large',
    })),
  );
  const messages = [0, 1, 2].map((qos): Made => ({
    what: `PUBLISH of QoS ${qos} that announces 256 MiB and sends some of it`,
    bytes: join(declared(0x30 | (qos << 1), 268_435_455), Buffer.alloc(1000)),
    ends: 'packet-too-large',
  }));
  const greetings = [hostileLimits.connectBytes, 65_535, 268_435_455].map((size): Made => ({
    what: `CONNECT that announces ${size} bytes`,
    bytes: declared(0x10, size),
    ends: 'connect-too-large',
  }));
  const large: Made = {
    what: 'PUBLISH of the largest size, whole',
    bytes: publish({ topic: TOPIC, payload: 'x'.repeat(hostileLimits.packetBytes - 3 - 2 - TOPIC.length - 2) }),
    ends: 'stays',
    taken: 1,
  };
  return [...first(greetings), ...later([...announced, ...messages, large])];
}

function flags(): Hostile[] {
  const all = Array.from({ length: 16 }, (_, value) => value);
  const wrong = known.flatMap(({ name, byte }) =>
    all
      .filter((value) => value !== (byte & 0x0f))
      .map((value): Made => ({
        what: `${name} with the flags ${value}`,
        bytes: packet((byte & 0xf0) | value, number(1)),
        ends: 'malformed-flags',
      })),
  );
  const body = connect(login).subarray(2);
  const greeting = all.slice(1).map((value): Made => ({
    what: `CONNECT with the flags ${value}`,
    bytes: packet(0x10 | value, body),
    ends: 'malformed-flags',
  }));
  return [...first(greeting), ...later(wrong)];
}

/** Every beginning of a packet, with a length that is right for it. */
function cut(name: string, frame: Buffer, ends: CloseReason, whole: readonly number[] = []): Made[] {
  const body = frame.subarray(2);
  return Array.from({ length: body.length }, (_, end) => end)
    .filter((end) => !whole.includes(end))
    .map((end) => ({
      what: `${name} that ends after ${end} of ${body.length} bytes`,
      bytes: packet(frame[0] ?? 0, body.subarray(0, end)),
      ends,
    }));
}

function truncations(): Hostile[] {
  const will = { topic: 'panel/A/will', payload: 'gone', qos: 1 };
  const twoFilters = ['panel/A/down', 'panel/A/cmd/x'] as const;
  const firstFilter = 2 + 2 + twoFilters[0].length;
  return [
    ...first(cut('CONNECT', connect({ ...login, will }), 'malformed-connect')),
    ...later([
      ...cut('SUBSCRIBE', subscribe(1, ...twoFilters), 'malformed-subscribe', [firstFilter + 1]),
      ...cut('UNSUBSCRIBE', unsubscribe(1, ...twoFilters), 'malformed-subscribe', [firstFilter]),
      ...cut('PUBLISH', publish({ topic: TOPIC, payload: '' }), 'malformed-publish'),
      ...cut('PUBACK', puback(1), 'malformed-acknowledgement'),
      ...cut('PUBREL', pubrel(1), 'malformed-acknowledgement'),
    ]),
  ];
}

/** Text lengths that say more or less than there is. */
function lies(): Hostile[] {
  const fields = ['MQTT', 'A', 'panel/A/will', 'gone', 'A', PASSWORD];
  const greetings = fields.flatMap((_, lied): Made[] =>
    [1, 1000, 65_535].map((more) => {
      const written = fields.map((field, index) =>
        join(number(Math.min(65_535, field.length + (index === lied ? more : 0))), Buffer.from(field)),
      );
      const [name = bytes(), ...rest] = written;
      return {
        what: `CONNECT whose field ${lied + 1} says that it is ${more} bytes longer`,
        bytes: packet(0x10, name, bytes(4, 0xce), number(60), ...rest),
        ends: 'malformed-connect',
      };
    }),
  );
  return first(greetings);
}

const notUtf8 = [
  [0x80],
  [0xbf],
  [0xc0, 0x80],
  [0xc1, 0xbf],
  [0xc2],
  [0xe0, 0x80, 0x80],
  [0xe2, 0x82],
  [0xed, 0xa0, 0x80],
  [0xed, 0xbf, 0xbf],
  [0xf0, 0x80, 0x80, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xf5, 0x80, 0x80, 0x80],
  [0xfe],
  [0xff],
  [0],
];

function texts(): Hostile[] {
  const start = (flag: number): Buffer[] => [text('MQTT'), bytes(4, flag), number(60)];
  const password = text(PASSWORD);
  return notUtf8.flatMap((sequence) => {
    const bad = text(join(Buffer.from('panel/A/'), bytes(...sequence)));
    const what = sequence.map((value) => value.toString(16)).join(' ');
    return [
      ...first([
        { what: `a client id with ${what}`, bytes: packet(0x10, ...start(2), bad), ends: 'malformed-connect' },
        {
          what: `a user with ${what}`,
          bytes: packet(0x10, ...start(0xc2), text('A'), bad, password),
          ends: 'malformed-connect',
        },
        {
          what: `a will topic with ${what}`,
          bytes: packet(0x10, ...start(0xc6), text('A'), bad, text('x'), text('A'), password),
          ends: 'malformed-connect',
        },
      ]),
      ...later([
        { what: `a topic with ${what}`, bytes: packet(0x32, bad, number(1)), ends: 'malformed-publish' },
        { what: `a filter with ${what}`, bytes: packet(0x82, number(1), bad, bytes(1)), ends: 'malformed-subscribe' },
        { what: `a filter to leave with ${what}`, bytes: packet(0xa2, number(1), bad), ends: 'malformed-subscribe' },
      ]),
    ];
  });
}

function topics(): Hostile[] {
  const inserted = ['+', '#', '\0'].flatMap((sign): Made[] =>
    [0, 3, 6, 8, TOPIC.length].map((at) => ({
      what: `PUBLISH to a topic with ${JSON.stringify(sign)} at ${at}`,
      bytes: publish({ topic: TOPIC.slice(0, at) + sign + TOPIC.slice(at) }),
      ends: 'malformed-publish',
    })),
  );
  const others = foreign.map((topic): Made => ({
    what: `PUBLISH to ${topic}`,
    bytes: publish({ topic }),
    ends: 'publish-refused',
  }));
  const long: Made[] = [
    ['of 129 bytes', `panel/A/${'x'.repeat(121)}`],
    ['of nine levels', 'panel/A/3/4/5/6/7/8/9'],
    ['of slashes alone', '/'.repeat(120)],
  ].map(([what, topic = '']) => ({
    what: `PUBLISH to a topic ${what}`,
    bytes: publish({ topic }),
    ends: 'topic-too-long',
  }));
  return later([...inserted, ...others, ...long]);
}

/** Packets that are wrong in themselves. */
export const hostileFrames: readonly (readonly [family: string, cases: readonly Hostile[]])[] = [
  ['another protocol', first(strangers)],
  ['lengths that are none', lengths()],
  ['too large', sizes()],
  ['reserved flags', flags()],
  ['packets that end too early', truncations()],
  ['texts that are not as long as they say', lies()],
  ['texts that are no UTF-8', texts()],
  ['topics', topics()],
];
