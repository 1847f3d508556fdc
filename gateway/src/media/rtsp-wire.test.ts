import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { headerValues, type RtspPart, RtspScanner, statusOf, withHeader, writeMessage } from './rtsp-wire.js';

const frame = (channel: number, body: Uint8Array): Buffer => {
  const head = Buffer.from([0x24, channel, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([head, body]);
};

const message = (start: string, headers: readonly (readonly [string, string])[], text = '') => ({
  start,
  headers,
  body: Buffer.from(text),
});

const OK = message('RTSP/1.0 200 OK', [['CSeq', '3']]);
const SDP = message('RTSP/1.0 200 OK', [['CSeq', '2'], ['Content-Length', '5']], 'v=0\r\n'); // prettier-ignore

/** The parts with neighbouring runs of frames put together: how they are split is nobody's business. */
function joined(parts: readonly RtspPart[]): RtspPart[] {
  const result: RtspPart[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (last && 'media' in last && 'media' in part) {
      result[result.length - 1] = { media: Buffer.concat([last.media, part.media]) };
    } else result.push(part);
  }
  return result;
}

describe('an RTSP connection', () => {
  it('is taken apart into messages and frames, however its bytes arrive', () => {
    const frames = fc.uint8Array({ maxLength: 300 }).map((body) => ({ media: frame(0, body) }));
    const messages = fc.constantFrom(OK, SDP).map((one) => ({ message: one }));
    const cuts = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(fc.oneof(frames, messages), { maxLength: 12 }), cuts, (parts, sizes) => {
        const bytes = Buffer.concat(parts.map((part) => ('media' in part ? part.media : writeMessage(part.message))));
        const scanner = new RtspScanner();
        const seen: RtspPart[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          seen.push(...scanner.push(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(joined(seen)).toEqual(joined(parts));
      }),
    );
  });

  it('may hold empty lines between messages, and text that looks like a message inside a frame', () => {
    const inside = frame(1, Buffer.from('\r\nRTSP/1.0 401 Unauthorized\r\n\r\n'));
    const bytes = Buffer.concat([writeMessage(OK), Buffer.from('\r\n\r\n'), inside, writeMessage(SDP)]);
    expect(new RtspScanner().push(bytes)).toEqual([{ message: OK }, { media: inside }, { message: SDP }]);
  });

  it.each([
    ['something else', 'HTTP/1.1 200 OK\r\n\r\n'],
    ['a head without an end', `RTSP/1.0 200 OK\r\n${'x'.repeat(17_000)}`],
    ['a head above 16 KiB', `RTSP/1.0 200 OK\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`],
    ['a body above 64 KiB', 'RTSP/1.0 200 OK\r\nContent-Length: 65537\r\n\r\n'],
    ['a length that is no number', 'RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n'],
    ['a header without a name', 'RTSP/1.0 200 OK\r\nnonsense\r\n\r\n'],
  ])('is refused for %s', (_what, text) => {
    const push = (): unknown => new RtspScanner().push(Buffer.from(text));
    expect(push).toThrow(expect.objectContaining({ code: 'media.stream-hostile' }));
  });
});

describe('a message', () => {
  it('gives headers whatever their case, and all of one name', () => {
    const reply = message('RTSP/1.0 401 Unauthorized', [['WWW-Authenticate', 'Digest a'], ['www-authenticate', 'Basic b']]); // prettier-ignore
    expect(headerValues(reply, 'www-authenticate')).toEqual(['Digest a', 'Basic b']);
    expect(statusOf(reply)).toBe(401);
    expect(statusOf(message('OPTIONS * RTSP/1.0', []))).toBeUndefined();
  });

  it('has one header set or taken out', () => {
    expect(withHeader(OK, 'cseq', '9').headers).toEqual([['cseq', '9']]);
    expect(withHeader(OK, 'cseq', undefined).headers).toEqual([]);
  });
});
