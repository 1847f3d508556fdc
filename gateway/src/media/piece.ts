import { type FileHandle, open } from 'node:fs/promises';

/** The bytes of a piece of evidence, wherever and however they lie. */
export interface PieceReader {
  /** At most `length` bytes from `offset` on; fewer at the end. */
  read(offset: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** A piece that lies on the disk as it is. */
export async function openPlain(file: string): Promise<PieceReader> {
  const handle = await open(file, 'r');
  return { read: (offset, length) => readAt(handle, offset, length), close: () => handle.close() };
}

/** Reads until `length` bytes are there or the file ends. */
export async function readAt(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
