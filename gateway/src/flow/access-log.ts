import { appendFile, readFile, rename, stat } from 'node:fs/promises';
import { sha256 } from '@angrid/contract/signing';

/** Who was given, or refused, an unmasked original. */
export interface Access {
  readonly at: string;
  readonly command: string;
  /** Opaque id of the account. */
  readonly actor: string;
  readonly role: string;
  readonly grant: string;
  readonly reason: string;
  readonly evidence: string;
  readonly outcome: 'given' | 'refused';
}

const MOST_BYTES = 4 * 1024 * 1024;

/**
 * The gateway's own record of each access to an original, one JSON line each; a line holds the hash of the one before,
 * so that none can be changed or left out unseen. One older file is kept.
 */
export class AccessLog {
  private before: Promise<string>;

  constructor(private readonly file: string) {
    this.before = lastHash(file);
  }

  /** Resolves when the line is on the disk; throws where it cannot be, and then nothing may be given. */
  async add(access: Access): Promise<void> {
    const written = this.before.then(async (previous) => {
      const line = JSON.stringify({ ...access, previous });
      const size = await stat(this.file).then(
        (found) => found.size,
        () => 0,
      );
      if (size > MOST_BYTES) await rename(this.file, `${this.file}.1`);
      await appendFile(this.file, `${line}\n`, { mode: 0o600, flush: true });
      return sha256(line);
    });
    this.before = written.catch(() => lastHash(this.file));
    await written;
  }
}

async function lastHash(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const line = text.trimEnd().split('\n').at(-1);
  return sha256(line ?? '');
}
