import { rm, stat } from 'node:fs/promises';
import type { Clock } from '@angrid/runtime';
import { errorCode } from '../error-code.js';

const LEFT_AFTER_MS = 3000;
const LOOK_EVERY_MS = 100;

/**
 * A server makes its lock file and writes its number into it at once; nobody can start while the file is blank. One
 * that stays blank for 3 s was left by a server that was killed in between, and PostgreSQL never removes it: this does.
 */
export async function removeBlankLock(file: string, clock: Clock): Promise<void> {
  const found = await blankFile(file);
  const deadline = clock.monotonic() + LEFT_AFTER_MS;
  while (found !== undefined && (await blankFile(file)) === found) {
    if (clock.monotonic() > deadline) return rm(file, { force: true });
    await clock.sleep(LOOK_EVERY_MS);
  }
}

/** What tells this blank file from a later one; undefined where there is none. */
async function blankFile(file: string): Promise<string | undefined> {
  try {
    const { size, ino, ctimeNs } = await stat(file, { bigint: true });
    return size === 0n ? `${ino} ${ctimeNs}` : undefined;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
