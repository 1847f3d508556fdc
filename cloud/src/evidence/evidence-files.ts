import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AnGridError } from '@angrid/contract';

/** Which piece of which compound; hash and ids have the form of the contract, so that they are safe in paths. */
export interface PieceAddress {
  readonly compound: string;
  readonly evidence: string;
  readonly sha256: string;
}

const INCOMING = 'incoming';

/**
 * The bytes of evidence in a folder, by content: `<folder>/<compound>/<first two of the hash>/<hash>`. A file under
 * its hash is whole and on disk; what has not fully arrived lies under `<folder>/<compound>/incoming/<id>`. Compounds
 * share no file: who only knows a hash gets at nothing.
 */
export class EvidenceFiles {
  constructor(private readonly folder: string) {}

  /** Where the whole piece lies, or will lie. */
  fileOf({ compound, sha256 }: Omit<PieceAddress, 'evidence'>): string {
    return join(this.folder, compound, sha256.slice(0, 2), sha256);
  }

  /** Bytes of the whole piece; undefined where it is not there. */
  async wholeBytes(address: Omit<PieceAddress, 'evidence'>): Promise<number | undefined> {
    return sizeOf(this.fileOf(address));
  }

  /** Bytes that have arrived of a piece that is not whole. */
  async arrivedBytes(address: PieceAddress): Promise<number> {
    return (await sizeOf(this.incoming(address))) ?? 0;
  }

  /**
   * Writes what comes to the end of the piece, at most `most` bytes, and makes it durable; how much the piece has then.
   * Where it breaks off, what came until then stays. Throws input.too-large.
   */
  async append(address: PieceAddress, body: AsyncIterable<Buffer>, most: number): Promise<number> {
    const file = this.incoming(address);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const handle = await open(file, 'a', 0o600);
    try {
      const { size: before } = await handle.stat();
      let came = 0;
      for await (const chunk of body) {
        came += chunk.length;
        if (came > most) {
          await handle.truncate(before);
          throw new AnGridError('input.too-large', { op: 'evidence.append', subject: address.evidence });
        }
        await handle.appendFile(chunk);
      }
      await handle.sync();
      return before + came;
    } finally {
      await handle.close();
    }
  }

  /** Puts a piece that has arrived in full under its hash. Throws evidence.hash-mismatch; then nothing of it is left. */
  async complete(address: PieceAddress): Promise<void> {
    const incoming = this.incoming(address);
    if ((await hashOf(incoming)) !== address.sha256) {
      await rm(incoming, { force: true });
      throw new AnGridError('evidence.hash-mismatch', { op: 'evidence.complete', subject: address.evidence });
    }
    const file = this.fileOf(address);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await rename(incoming, file);
    await syncFolder(dirname(file));
  }

  /** Removes what there is of a piece; the whole bytes stay where another piece `shared` has the same. */
  async remove(address: PieceAddress, { shared }: { readonly shared: boolean }): Promise<void> {
    if (!shared) await rm(this.fileOf(address), { force: true });
    await rm(this.incoming(address), { force: true });
  }

  private incoming({ compound, evidence }: PieceAddress): string {
    return join(this.folder, compound, INCOMING, evidence);
  }
}

/** The evidence of this program lies in its data folder. */
export function evidenceFilesIn(data: string): EvidenceFiles {
  return new EvidenceFiles(join(data, 'evidence'));
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
