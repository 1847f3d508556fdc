import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RtspFrames } from './rtsp-frames.js';
import { writeMessage } from './rtsp-wire.js';

const packet = (channel: number, body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of(0x24, channel, body.length >> 8, body.length & 0xff), body]);

function reader() {
  const seen: string[] = [];
  const frames = new RtspFrames({
    packet: (channel, bytes) => seen.push(`${channel} ${bytes.toString('hex')}`),
    message: ({ start, body }) => seen.push(`${start} ${body.toString('hex')}`),
  });
  return { seen, frames };
}

describe('what an RTSP connection carries', () => {
  const part = fc.oneof(
    fc.record({ channel: fc.nat(255), body: fc.uint8Array({ maxLength: 50 }) }),
    fc.record({ text: fc.uint8Array({ maxLength: 30 }) }),
  );

  it('is the same however it is cut, and although the chunk is used again', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), fc.array(fc.integer({ min: 1, max: 40 })), (parts, cuts) => {
        const told = parts.map((one) =>
          'text' in one
            ? `RTSP/1.0 200 OK ${Buffer.from(one.text).toString('hex')}`
            : `${one.channel} ${Buffer.from(one.body).toString('hex')}`,
        );
        const bytes = Buffer.concat(parts.map(bytesOf));
        const { seen, frames } = reader();
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = cuts[turn % cuts.length] ?? bytes.length;
          const chunk = Buffer.from(bytes.subarray(at, at + size));
          frames.push(chunk);
          chunk.fill(0xff);
          at += size;
        }
        expect(seen).toEqual(told);
      }),
    );
  });

  it('is refused where it is not RTSP', () => {
    const { frames } = reader();
    const push = (): void => frames.push(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'));
    expect(push).toThrow(expect.objectContaining({ code: 'media.stream-hostile' }));
  });

  it('may have empty lines between messages', () => {
    const { seen, frames } = reader();
    frames.push(Buffer.concat([Buffer.from('\r\n\r\n'), bytesOf({ text: Buffer.of(1) })]));
    expect(seen).toEqual(['RTSP/1.0 200 OK 01']);
  });
});

function bytesOf(one: { channel: number; body: Uint8Array } | { text: Uint8Array }): Buffer {
  if ('body' in one) return packet(one.channel, one.body);
  const headers = [['Content-Length', String(one.text.length)]] as const;
  return writeMessage({ start: 'RTSP/1.0 200 OK', headers, body: Buffer.from(one.text) });
}
