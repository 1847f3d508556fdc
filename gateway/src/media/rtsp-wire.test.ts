import { describe, expect, it } from '@jest/globals';
import { headerValues, readMessage, statusOf } from './rtsp-wire.js';

const message = (start: string, headers: readonly (readonly [string, string])[], text = '') => ({
  start,
  headers,
  body: Buffer.from(text),
});

describe('an RTSP connection', () => {
  it.each([
    ['something else', 'HTTP/1.1 200 OK\r\n\r\n'],
    ['a head without an end', `RTSP/1.0 200 OK\r\n${'x'.repeat(17_000)}`],
    ['a head above 16 KiB', `RTSP/1.0 200 OK\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`],
    ['a body above 64 KiB', 'RTSP/1.0 200 OK\r\nContent-Length: 65537\r\n\r\n'],
    ['a length that is no number', 'RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n'],
    ['a header without a name', 'RTSP/1.0 200 OK\r\nnonsense\r\n\r\n'],
  ])('is refused for %s', (_what, text) => {
    const read = (): unknown => readMessage(Buffer.from(text), 0);
    expect(read).toThrow(expect.objectContaining({ code: 'media.stream-hostile' }));
  });
});

describe('a message', () => {
  it('gives headers whatever their case, and all of one name', () => {
    const reply = message('RTSP/1.0 401 Unauthorized', [['WWW-Authenticate', 'Digest a'], ['www-authenticate', 'Basic b']]); // prettier-ignore
    expect(headerValues(reply, 'www-authenticate')).toEqual(['Digest a', 'Basic b']);
    expect(statusOf(reply)).toBe(401);
    expect(statusOf(message('OPTIONS * RTSP/1.0', []))).toBeUndefined();
  });
});
