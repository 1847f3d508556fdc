import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatReply, RtspReader } from './rtsp-message.js';

const OPTIONS = 'OPTIONS rtsp://camera/stream RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: test\r\n\r\n';
const GET_PARAMETER = 'GET_PARAMETER rtsp://camera/stream RTSP/1.0\r\nCSeq: 2\r\nContent-Length: 6\r\n\r\nvolume';
const RECEIVER_REPORT = Buffer.from([0x24, 1, 0, 8, 0x81, 0xc9, 0, 1, 0x0d, 0x0a, 0x0d, 0x0a]);

describe('the reader', () => {
  it('finds the same requests however the bytes are cut, between the RTCP of the client', () => {
    const wire = Buffer.concat([Buffer.from(OPTIONS), RECEIVER_REPORT, Buffer.from(GET_PARAMETER), RECEIVER_REPORT]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: wire.length - 1 })), (cuts) => {
        const reader = new RtspReader();
        const edges = [0, ...cuts.sort((a, b) => a - b), wire.length];
        const chunks = edges.slice(1).map((edge, index) => wire.subarray(edges[index], edge));
        const methods = chunks.flatMap((chunk) => reader.push(chunk)).map(({ method }) => method);
        expect(methods).toEqual(['OPTIONS', 'GET_PARAMETER']);
      }),
    );
  });

  it('refuses what is not RTSP', () => {
    expect(() => new RtspReader().push(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toThrow(SyntaxError);
  });

  it('refuses a message without an end', () => {
    expect(() => new RtspReader().push(Buffer.alloc(70_000, 0x41))).toThrow(RangeError);
  });
});

describe('a reply', () => {
  it('echoes CSeq and gives the length of its body', () => {
    expect(formatReply({ status: 200, headers: { Session: 'A' }, body: 'v=0\r\n' }, '7')).toBe(
      'RTSP/1.0 200 OK\r\nCSeq: 7\r\nSession: A\r\nContent-Length: 5\r\n\r\nv=0\r\n',
    );
  });
});
