import { Readable } from 'node:stream';
import { createGunzip, type Gunzip } from 'node:zlib';
import { AnGridError } from '@angrid/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/**
 * Bodies of these media types reach their handler as a stream, unread: the guard decides before a byte is taken in, and
 * the handler bounds what it reads.
 */
export function streamBodies(fastify: FastifyInstance, mediaTypes: readonly string[]): void {
  const missing = mediaTypes.filter((type) => !fastify.hasContentTypeParser(type));
  fastify.addContentTypeParser([...missing], (_request, payload, done) => done(null, payload));
}

export interface BodyOptions {
  /** `Content-Encoding`: gzip or none. */
  readonly encoding: string | undefined;
  /** Bytes, before and after inflating. */
  readonly limit: number;
}

/** The whole of a streamed body, inflated. Throws input.too-large as soon as a bound is passed, and input.invalid. */
export async function readBody(body: Readable, { encoding = 'identity', limit }: BodyOptions): Promise<Buffer> {
  const coding = encoding.trim().toLowerCase();
  if (coding === 'identity') return collect(chunksOf(body), limit);
  if (coding !== 'gzip') throw new AnGridError('input.invalid', { op: 'http.body', detail: 'Content-Encoding' });
  const inflated = createGunzip();
  inflated.on('error', () => undefined);
  const fed = feed(chunksOf(body), inflated, limit);
  try {
    return await collect(inflated, limit);
  } finally {
    inflated.destroy();
    await fed;
  }
}

/** The chunks of a body. Who stops early leaves the rest to be passed over, so that the answer still gets through. */
export async function* chunksOf(body: Readable): AsyncGenerator<Buffer> {
  try {
    yield* body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } finally {
    body.resume();
  }
}

async function feed(chunks: AsyncIterable<Buffer>, inflated: Gunzip, limit: number): Promise<void> {
  const closed = new Promise<void>((resolve) => inflated.once('close', resolve));
  let size = 0;
  try {
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > limit) throw tooLarge();
      if (inflated.destroyed) return;
      if (inflated.write(chunk)) continue;
      await Promise.race([closed, new Promise<void>((resolve) => inflated.once('drain', resolve))]);
    }
    inflated.end();
  } catch (error) {
    inflated.destroy(error instanceof Error ? error : undefined);
  }
}

async function collect(stream: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      size += chunk.length;
      if (size > limit) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof AnGridError) throw error;
    throw new AnGridError('input.invalid', { op: 'http.body', detail: 'the body cannot be read', cause: error });
  }
  return Buffer.concat(chunks);
}

function tooLarge(): AnGridError {
  return new AnGridError('input.too-large', { op: 'http.body' });
}

/** The unread body of a request. Throws input.invalid where its media type is not one that is streamed. */
export function streamedBody({ body }: FastifyRequest): Readable {
  if (body instanceof Readable) return body;
  throw new AnGridError('input.invalid', { op: 'http.body', detail: 'Content-Type' });
}
