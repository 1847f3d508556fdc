import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { type HttpReply, ReplyReader, ReplyRefused } from './http-reply.js';

const MOST = 1_000;

interface Read {
  readonly reply: HttpReply | undefined;
  readonly reusable: boolean;
}

/** Reads bytes that come in these pieces; `closes` says that the camera closes behind them. */
function read(pieces: readonly (string | Buffer)[], closes = false): Read {
  const reader = new ReplyReader(MOST);
  let reply: HttpReply | undefined;
  for (const piece of pieces) reply = reader.feed(Buffer.from(piece as string, 'latin1'));
  return { reply: reply ?? (closes ? reader.end() : undefined), reusable: reader.reusable };
}

const REPLIES = {
  'a known length': 'HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 5\r\n\r\n<a/>\n',
  chunks:
    'HTTP/1.1 200 OK\r\ncontent-type:text/xml\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=1\r\n<a/\r\n2\r\n>\n\r\n0\r\nX: y\r\n\r\n',
  'interim replies':
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 \r\nContent-Type: text/xml\r\nContent-Length: 5\r\n\r\n<a/>\n',
  'a folded header': 'HTTP/1.1 200 OK\r\nContent-Type:\r\n  text/xml\r\nContent-Length: 5\r\n\r\n<a/>\n',
};

describe('a reply', () => {
  test.each(Object.entries(REPLIES))('with %s is the same however its bytes are cut', (_what, text) => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(text.length), { maxLength: 12 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), text.length];
        const { reply, reusable } = read(places.slice(1).map((end, index) => text.slice(places[index], end)));
        expect(reply).toEqual({ status: 200, contentType: 'text/xml', challenges: [], body: Buffer.from('<a/>\n') });
        expect(reusable).toBe(true);
      }),
    );
  });

  it('without a length ends with the connection', () => {
    const text = 'HTTP/1.1 200 OK\r\n\r\nall of it';
    expect(read([text]).reply).toBeUndefined();
    expect(read([text], true)).toMatchObject({ reply: { body: Buffer.from('all of it') }, reusable: false });
  });

  it('that is cut short is none', () => {
    expect(read(['HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'], true).reply).toBeUndefined();
    expect(read(['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'], true).reply).toBeUndefined();
  });

  test.each([
    ['that says so', 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ['with bytes behind it', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n'],
  ])('%s leaves a connection that serves no other request', (_what, text) => {
    expect(read([text])).toMatchObject({ reply: { status: 200 }, reusable: false });
  });
});

describe('refused', () => {
  const long = 'x'.repeat(17 * 1024);
  test.each([
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 'unclear length'],
    ['a length and chunks', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 'unclear'],
    ['a negative length', 'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n', 'unclear length'],
    ['another coding', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n', 'unclear length'],
    ['a chunk without a size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n', 'without a size'],
    [
      'a chunk that is too large',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n',
      'more than 1000 bytes',
    ],
    ['an endless size', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;${long}`, 'a line too long'],
    ['endless trailers', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ${long}`, 'a line too long'],
    [
      'a chunk longer than it said',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxyz\r\n',
      'a line too long',
    ],
    ['an endless body', `HTTP/1.1 200 OK\r\n\r\n${long}`, 'more than 1000 bytes'],
    ['a header without a name', 'HTTP/1.1 200 OK\r\n: x\r\n\r\n', 'no header'],
    ['a change of protocol', 'HTTP/1.1 101 Switching\r\n\r\n', 'another protocol'],
    ['another version', 'HTTP/2.0 200 OK\r\n\r\n', 'not HTTP'],
  ])('is %s', (_what, text, detail) => {
    const reading = (): unknown => read([text]);
    expect(reading).toThrow(ReplyRefused);
    expect(reading).toThrow(detail);
  });

  it('or a whole reply comes of any bytes, and nothing else is thrown', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'HTTP/1.1 200 OK\r\n',
        'Content-Length: 3\r\n',
        '\r\n',
        'Transfer-Encoding: chunked\r\n',
        '3\r\nabc\r\n',
        '0\r\n',
      ),
      fc.string({ maxLength: 20 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        try {
          const { reply } = read(pieces, true);
          expect(reply?.body.length ?? 0).toBeLessThanOrEqual(MOST);
        } catch (error) {
          expect(error).toBeInstanceOf(ReplyRefused);
        }
      }),
    );
  });
});
