import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { boundaryOf, MultipartRefused, PartSplitter } from './multipart.js';

const limits = { messageBytes: 1000, headBytes: 500, parts: 8 };

function split(body: Buffer, sizes: readonly number[] = [body.length]): PartSplitter {
  const splitter = new PartSplitter('xyz', limits);
  let at = 0;
  for (const size of [...sizes, body.length]) {
    splitter.push(body.subarray(at, at + size));
    at += size;
  }
  splitter.finish();
  return splitter;
}

interface Part {
  readonly type: string;
  readonly content: Buffer;
}

function written(parts: readonly Part[]): Buffer {
  const pieces = parts.flatMap(({ type, content }) => [
    Buffer.from(`--xyz\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: ${type}\r\n\r\n`),
    content,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from('--xyz--\r\n')]);
}

const json = (text: string): Part => ({ type: 'application/json; charset=utf-8', content: Buffer.from(text) });
const picture: Part = { type: 'image/jpeg', content: Buffer.from('\xff\xd8--xy\r\n--xy\r\n\xff\xd9', 'latin1') };

describe('a body in parts', () => {
  it('is its first part of JSON, XML or text; the others are counted', () => {
    const splitter = split(written([picture, json('{"a":1}'), picture, json('{"b":2}')]));
    expect(splitter.message?.toString()).toBe('{"a":1}');
    expect(splitter.pictures).toBe(2);
  });

  it.each(['application/xml', 'text/xml', 'application/soap+xml', 'text/plain'])('knows %s for a message', (type) => {
    expect(split(written([{ type, content: Buffer.from('<a/>') }])).message?.toString()).toBe('<a/>');
  });

  it('takes a part without a type for a message, unless it is a file', () => {
    const body = (head: string) => Buffer.from(`--xyz\r\n${head}\r\n\r\nhello\r\n--xyz--`);
    expect(split(body('Content-Disposition: form-data; name="event"')).message?.toString()).toBe('hello');
    const file = split(body('Content-Disposition: form-data; name="f"; filename="f.jpg"'));
    expect([file.message, file.pictures]).toEqual([undefined, 1]);
  });

  it('takes a part without any head, and an empty one', () => {
    expect(split(Buffer.from('--xyz\r\n\r\nhello\r\n--xyz--')).message?.toString()).toBe('hello');
    expect(split(Buffer.from('--xyz\r\n\r\n\r\n--xyz--')).message?.toString()).toBe('');
  });

  it('is whole where the message was, even if the end does not come', () => {
    const cut = Buffer.concat([
      written([json('{}')]).subarray(0, -11),
      Buffer.from('\r\n--xyz\r\nContent-Type: image/jpeg'),
    ]);
    expect(split(cut).message?.toString()).toBe('{}');
  });

  it('reads the same however it comes in', () => {
    const content = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
    const type = fc.constantFrom('application/json', 'image/jpeg', 'application/octet-stream', 'text/xml');
    const parts = fc.array(fc.record({ type, content }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(parts, fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 30 }), (some, sizes) => {
        const splitter = split(written(some), sizes);
        const messages = some.filter((part) => /json|xml/.test(part.type));
        expect(splitter.message).toEqual(messages[0]?.content);
        expect(splitter.pictures).toBe(some.length - messages.length);
      }),
    );
  });

  it('never throws anything else, and keeps no more than it may, whatever comes', () => {
    const noise = fc.array(fc.constantFrom('--xyz', '\r\n', '--', 'Content-Type: text/xml', 'a', '\0', '\r\n\r\n'), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(noise, fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 }), (pieces, sizes) => {
        try {
          expect(split(Buffer.from(pieces.join('')), sizes).message?.length ?? 0).toBeLessThanOrEqual(1000);
        } catch (error) {
          expect(error).toBeInstanceOf(MultipartRefused);
        }
      }),
    );
  });
});

describe('a boundary', () => {
  it.each([
    ['multipart/form-data; boundary=MIME_boundary', 'MIME_boundary'],
    ['multipart/mixed; charset=x; boundary="a b"', 'a b'],
    ['multipart/form-data; BOUNDARY=---123', '---123'],
    ['multipart/form-data', undefined],
    ['multipart/form-data; boundary=', undefined],
    ['multipart/form-data; boundary="a\\"b"', undefined],
    ['multipart/form-data; xboundary=a', undefined],
  ])('of %j is %j', (type, boundary) => {
    expect(boundaryOf(type)).toBe(boundary);
  });
});
