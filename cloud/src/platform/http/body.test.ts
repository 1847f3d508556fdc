import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { readBody } from './body.js';

const LIMIT = 1000;
const streamOf = (...chunks: readonly Buffer[]): Readable => Readable.from(chunks, { objectMode: false });
const read = (body: Readable, encoding?: string) => readBody(body, { encoding, limit: LIMIT });

describe('a body', () => {
  it('is read as it is', async () => {
    expect(await read(streamOf(Buffer.from('ab'), Buffer.from('c')))).toEqual(Buffer.from('abc'));
  });

  it('is inflated, however it is cut', async () => {
    const content = randomBytes(700);
    const bytes = [...gzipSync(content)].map((byte) => Buffer.from([byte]));
    expect(await read(streamOf(...bytes), 'gzip')).toEqual(content);
  });

  it('may be as large as the bound, and no larger', async () => {
    expect(await read(streamOf(Buffer.alloc(LIMIT)))).toHaveLength(LIMIT);
    await expect(read(streamOf(Buffer.alloc(LIMIT + 1)))).rejects.toMatchObject({ code: 'input.too-large' });
  });

  it('that inflates beyond the bound is refused', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    await expect(readBody(streamOf(bomb), { encoding: 'gzip', limit: 100_000 })).rejects.toMatchObject({
      code: 'input.too-large',
    });
  });

  it('that is nothing but empty members is refused by its own size', async () => {
    const empty = gzipSync(Buffer.alloc(0));
    const endless = new Readable({
      read() {
        setImmediate(() => this.push(empty));
      },
    });
    await expect(read(endless, 'gzip')).rejects.toMatchObject({ code: 'input.too-large' });
    endless.destroy();
  });

  it.each([
    ['what is no gzip', Buffer.from('plain')],
    ['half of one', gzipSync(randomBytes(500)).subarray(0, 100)],
  ])('is not %s', async (_, bytes) => {
    await expect(read(streamOf(bytes), 'gzip')).rejects.toMatchObject({ code: 'input.invalid' });
  });

  it('in a coding that is not known is refused', async () => {
    await expect(read(streamOf(Buffer.from('x')), 'br')).rejects.toMatchObject({ code: 'input.invalid' });
  });

  it('that breaks off is refused', async () => {
    const broken = new Readable({ read: () => undefined });
    broken.push('half');
    const reading = read(broken, 'gzip');
    broken.destroy(new Error('reset'));
    await expect(reading).rejects.toMatchObject({ code: 'input.invalid' });
  });

  it('that is not read to its end is passed over, so that the connection goes on', async () => {
    const body = streamOf(...Array.from({ length: 50 }, () => Buffer.alloc(LIMIT)));
    const passed = new Promise((resolve) => body.once('end', resolve));
    await expect(read(body)).rejects.toMatchObject({ code: 'input.too-large' });
    await passed;
  });
});
