import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { AnGridError } from '@angrid/contract';
import { type PieceReader, readAt } from './piece.js';

/** Wraps the key of a file with a key that this gateway alone has. */
export interface KeyWrap {
  closeBytes(plain: Uint8Array): Buffer;
  /** Throws for what another key has wrapped, and for what was changed. */
  openBytes(wrapped: Buffer): Buffer;
}

const MAGIC = Buffer.from('angrid-sealed/1\n');
const CHUNK = 64 * 1024;
const TAG = 16;
const KEY = 32;

/**
 * Writes `source` to the new file `target`, encrypted with AES-256-GCM under a key of its own, in chunks:
 *
 *   magic · length of the wrapped key (16 bits) · wrapped key · (64 KiB encrypted · tag)… · (the rest, encrypted · tag)
 *
 * The nonce of a chunk is its number and whether it is the last; the head is authenticated with each. A file that was
 * cut, lengthened, reordered or mixed with another does not open. Memory does not grow with the file. Its bytes.
 */
export async function sealFile(source: string, target: string, wrap: KeyWrap): Promise<number> {
  const key = randomBytes(KEY);
  const head = headOf(wrap.closeBytes(key));
  const from = await open(source, 'r');
  const to = await open(target, 'wx', 0o600).catch(async (cause: unknown) => {
    await from.close();
    throw cause;
  });
  try {
    const { size } = await from.stat();
    const last = lastChunk(size);
    await to.appendFile(head);
    for (let index = 0; index <= last; index += 1) {
      const plain = await readAt(from, index * CHUNK, CHUNK);
      const cipher = createCipheriv('aes-256-gcm', key, nonceOf(index, last)).setAAD(head);
      await to.appendFile(Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]));
    }
    await to.sync();
    return (await to.stat()).size;
  } finally {
    await Promise.all([from.close(), to.close()]);
  }
}

/** Opens what `sealFile` wrote; its end is checked at once. Throws `media.original-damaged`, here and while reading. */
export async function openSealed(file: string, wrap: KeyWrap): Promise<PieceReader> {
  const handle = await open(file, 'r');
  try {
    const sealed = await SealedReader.of(handle, file, wrap);
    await sealed.chunk(sealed.last);
    return sealed;
  } catch (cause) {
    await handle.close();
    throw cause;
  }
}

interface Layout {
  readonly file: string;
  readonly head: Buffer;
  readonly key: Buffer;
  /** Encrypted bytes and tags, without the head. */
  readonly bodyBytes: number;
}

class SealedReader implements PieceReader {
  readonly last: number;
  private kept: { readonly index: number; readonly plain: Buffer } | undefined;

  private constructor(
    private readonly handle: FileHandle,
    private readonly layout: Layout,
  ) {
    this.last = Math.max(0, Math.ceil(layout.bodyBytes / (CHUNK + TAG)) - 1);
  }

  static async of(handle: FileHandle, file: string, wrap: KeyWrap): Promise<SealedReader> {
    const start = await readAt(handle, 0, MAGIC.length + 2);
    if (start.length < MAGIC.length + 2 || !start.subarray(0, MAGIC.length).equals(MAGIC)) throw damaged(file);
    const wrapped = await readAt(handle, start.length, start.readUInt16BE(MAGIC.length));
    const key = unwrap(file, wrapped, wrap);
    const head = Buffer.concat([start, wrapped]);
    const { size } = await handle.stat();
    return new SealedReader(handle, { file, head, key, bodyBytes: size - head.length });
  }

  async read(offset: number, length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    const end = offset + length;
    for (let index = Math.floor(offset / CHUNK); index <= this.last && index * CHUNK < end; index += 1) {
      const plain = await this.chunk(index);
      parts.push(plain.subarray(Math.max(0, offset - index * CHUNK), end - index * CHUNK));
    }
    return Buffer.concat(parts);
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  async chunk(index: number): Promise<Buffer> {
    if (this.kept?.index === index) return this.kept.plain;
    const { head, bodyBytes } = this.layout;
    const from = index * (CHUNK + TAG);
    const sealed = await readAt(this.handle, head.length + from, Math.min(CHUNK + TAG, bodyBytes - from));
    const plain = this.decrypt(index, sealed);
    this.kept = { index, plain };
    return plain;
  }

  private decrypt(index: number, sealed: Buffer): Buffer {
    const { file, key, head } = this.layout;
    if (sealed.length < TAG) throw damaged(file);
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(index, this.last)).setAAD(head);
    decipher.setAuthTag(sealed.subarray(-TAG));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(0, -TAG)), decipher.final()]);
    } catch (cause) {
      throw damaged(file, cause);
    }
  }
}

function headOf(wrapped: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(wrapped.length);
  return Buffer.concat([MAGIC, length, wrapped]);
}

/** An empty file is one empty chunk. */
function lastChunk(bytes: number): number {
  return Math.max(0, Math.ceil(bytes / CHUNK) - 1);
}

/** Used once with each key: a file has a key of its own, and no two chunks the same number. */
function nonceOf(index: number, last: number): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 4);
  nonce.writeUInt8(index === last ? 1 : 0, 11);
  return nonce;
}

function unwrap(file: string, wrapped: Buffer, wrap: KeyWrap): Buffer {
  try {
    const key = wrap.openBytes(wrapped);
    if (key.length === KEY) return key;
  } catch (cause) {
    throw damaged(file, cause);
  }
  throw damaged(file);
}

function damaged(file: string, cause?: unknown): AnGridError {
  return new AnGridError('media.original-damaged', { op: 'evidence.open', subject: file, cause });
}
