import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkFrame } from './frame-check.js';
import { FrameReader } from '../../mqtt/frame-reader.js';
import {
  connect,
  disconnect,
  number,
  packet,
  pingreq,
  puback,
  publish,
  pubrel,
  remainingLength,
  subscribe,
  text,
  unsubscribe,
} from './packets.fixture.js';

const bounds = { topicBytes: 64, topicLevels: 4 };

function faultOf(frame: Buffer): string | undefined {
  const reader = new FrameReader();
  reader.append(frame);
  const head = reader.head();
  if (head === undefined || head === 'malformed-length') return head;
  const whole = reader.take();
  return whole ? checkFrame(whole, head, bounds) : 'incomplete';
}

describe('the frame reader', () => {
  it('gives the same packets, however the bytes are cut', () => {
    const body = fc.uint8Array({ maxLength: 400 });
    const stream = fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), body), { maxLength: 8 });
    fc.assert(
      fc.property(stream, fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }), (parts, cuts) => {
        const frames = parts.map(([first, bytes]) => packet(first, Buffer.from(bytes)));
        expect(cutUp(Buffer.concat(frames), cuts)).toEqual(frames);
      }),
    );
  });

  it('gives the other packets where some go by unread, and holds nothing of those', () => {
    const part = fc.tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 400 }), fc.boolean());
    const cuts = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), cuts, (parts, sizes) => {
        const frames = parts.map(([first, bytes]) => packet(first, Buffer.from(bytes)));
        const unread = parts.map(([, , goesBy]) => goesBy);
        const taken = cutUp(Buffer.concat(frames), sizes, (index) => unread[index] === true);
        expect(taken).toEqual(frames.filter((_, index) => !unread[index]));
      }),
    );
  });

  it('lets a packet of the largest size go by and holds none of it', () => {
    const reader = new FrameReader();
    reader.append(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]));
    expect(reader.peek(6)).toBeUndefined();
    expect(reader.peek(5)?.length).toBe(5);
    reader.head();
    reader.pass();
    for (let left = 268_435_455; left > 0; left -= 65_536) reader.append(Buffer.alloc(Math.min(left, 65_536)));
    expect(reader.held).toBe(0);
    reader.append(pingreq);
    expect([reader.head() !== undefined, reader.take()]).toEqual([true, pingreq]);
  });

  it('gives nothing and holds everything while a packet is incomplete', () => {
    const reader = new FrameReader();
    const whole = publish({ topic: 'a', payload: 'x'.repeat(1000) });
    reader.append(whole.subarray(0, 700));
    expect(reader.head()).toEqual({ type: 3, flags: 2, headBytes: 3, size: whole.length });
    expect(reader.take()).toBeUndefined();
    expect(reader.held).toBe(700);
    reader.append(whole.subarray(700));
    expect(reader.take()).toEqual(whole);
    expect(reader.held).toBe(0);
  });

  it('reads lengths up to four bytes and refuses a fifth', () => {
    const headOf = (...bytes: number[]): unknown => {
      const reader = new FrameReader();
      reader.append(Buffer.from(bytes));
      return reader.head();
    };
    expect(headOf(0x30, 0xff, 0xff, 0xff, 0x7f)).toMatchObject({ size: 268_435_455 + 5 });
    expect(headOf(0x30, 0xff, 0xff, 0xff)).toBeUndefined();
    expect(headOf(0x30, 0xff, 0xff, 0xff, 0xff)).toBe('malformed-length');
  });
});

function cutUp(bytes: Buffer, cuts: readonly number[], goesBy = (_index: number): boolean => false): Buffer[] {
  const reader = new FrameReader();
  const frames: Buffer[] = [];
  let seen = 0;
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = cuts[turn % cuts.length] ?? 1;
    reader.append(bytes.subarray(at, at + size));
    at += size;
    while (reader.head()) {
      if (goesBy(seen)) reader.pass();
      else {
        const frame = reader.take();
        if (!frame) break;
        frames.push(Buffer.from(frame));
      }
      seen += 1;
    }
  }
  return frames;
}

describe('a well-formed packet', () => {
  it.each([
    ['CONNECT', connect({ username: 'u', password: 'p' })],
    ['CONNECT with a will', connect({ will: { topic: 't', payload: '', qos: 2, retain: true } })],
    ['CONNECT of MQTT 3.1', connect({ protocol: 'MQIsdp', level: 3 })],
    ['PUBLISH QoS 0', publish({ topic: 'a', qos: 0 })],
    ['PUBLISH again', publish({ topic: 'a', duplicate: true })],
    ['PUBLISH without payload', publish({ topic: 'a', payload: '' })],
    ['PUBLISH on a Chinese topic', publish({ topic: '门/一号' })],
    ['PUBACK', puback(65535)],
    ['PUBREL', pubrel(1)],
    ['SUBSCRIBE', subscribe(1, 'a', '#')],
    ['UNSUBSCRIBE', unsubscribe(1, 'a')],
    ['PINGREQ', pingreq],
    ['DISCONNECT', disconnect],
  ])('%s passes', (_name, frame) => {
    expect(faultOf(frame)).toBeUndefined();
  });
});

describe('a malformed packet', () => {
  const string = text('abc');
  it.each([
    ['PUBLISH of QoS 3', packet(0x36, string, number(1)), 'malformed-flags'],
    ['PUBLISH of QoS 0 that says duplicate', packet(0x38, string), 'malformed-flags'],
    ['PUBREL with the wrong flags', packet(0x60, number(1)), 'malformed-flags'],
    ['PUBLISH whose topic is longer than it is', packet(0x30, number(9), Buffer.from('abc')), 'malformed-publish'],
    ['PUBLISH without a packet id', packet(0x32, string), 'malformed-publish'],
    ['PUBLISH with the packet id 0', packet(0x32, string, number(0)), 'malformed-publish'],
    ['PUBLISH with half a packet id', packet(0x32, string, Buffer.from([1])), 'malformed-publish'],
    ['PUBLISH to a wildcard', publish({ topic: 'a/+' }), 'malformed-publish'],
    ['PUBLISH with overlong UTF-8', packet(0x30, text(Buffer.from([0xc0, 0xaf]))), 'malformed-publish'],
    ['PUBLISH with a surrogate', packet(0x30, text(Buffer.from([0xed, 0xa0, 0x80]))), 'malformed-publish'],
    ['PUBLISH with too long a topic', publish({ topic: 'x'.repeat(65) }), 'topic-too-long'],
    ['PUBLISH with too many levels', publish({ topic: 'a/b/c/d/e' }), 'topic-too-long'],
    ['SUBSCRIBE to nothing', packet(0x82, number(1)), 'malformed-subscribe'],
    ['SUBSCRIBE with the packet id 0', packet(0x82, number(0), string, Buffer.from([1])), 'malformed-subscribe'],
    ['SUBSCRIBE asking for QoS 3', packet(0x82, number(1), string, Buffer.from([3])), 'malformed-subscribe'],
    ['SUBSCRIBE without a QoS', packet(0x82, number(1), string), 'malformed-subscribe'],
    ['SUBSCRIBE to an empty filter', packet(0x82, number(1), text(''), Buffer.from([0])), 'malformed-subscribe'],
    ['PINGREQ with a body', packet(0xc0, Buffer.from([0])), 'malformed-control'],
    ['an answer that only a broker gives', packet(0x40 + 0x50, number(1)), 'unexpected-packet'],
    ['CONNECT with its reserved bit set', connect({ flags: 1 }), 'malformed-connect'],
    ['CONNECT with a password and no user', connect({ password: 'p' }), 'malformed-connect'],
    ['CONNECT with bytes behind its end', Buffer.concat([connect(), Buffer.from([0])]), undefined],
  ])('%s: %j', (_name, frame, fault) => {
    expect(faultOf(frame)).toBe(fault);
  });

  it('never makes the check throw', () => {
    const anything = fc.tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 80 }));
    fc.assert(
      fc.property(anything, ([first, body]) => {
        const frame = Buffer.concat([Buffer.from([first]), remainingLength(body.length), body]);
        const fault = faultOf(frame);
        expect(fault === undefined || typeof fault === 'string').toBe(true);
      }),
      { numRuns: 10_000 },
    );
  });
});
