import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
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
  if (coding === 'identity') return collect(body, limit);
  if (coding !== 'gzip') throw new AnGridError('input.invalid', { op: 'http.body', detail: 'Content-Encoding' });
  const inflated = createGunzip();
  body.on('error', (error) => inflated.destroy(error));
  bounded(body, limit, () => inflated.destroy(tooLarge())).pipe(inflated);
  return collect(inflated, limit);
}

function bounded(body: Readable, limit: number, onOver: () => void): Readable {
  let size = 0;
  body.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) onOver();
  });
  return body;
}

async function collect(stream: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
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
