import { open, rename, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

const LOG_BYTES = 16 * 1024 * 1024;
const TAIL_BYTES = 2048;

/** The log of the server, for appending; a long one is moved aside first. */
export async function openServerLog(root: string): Promise<FileHandle> {
  const file = logFile(root);
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size > LOG_BYTES) await rename(file, `${file}.1`);
  return open(file, 'a', 0o600);
}

/** What was written after the log had `start` bytes, at most the last 2 KB of it. */
export async function logSince(root: string, start: number): Promise<string> {
  const file = await open(logFile(root));
  try {
    const { size } = await file.stat();
    const length = Math.max(0, Math.min(size - start, TAIL_BYTES));
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8').trim();
  } finally {
    await file.close();
  }
}

function logFile(root: string): string {
  return path.join(root, 'server.log');
}
