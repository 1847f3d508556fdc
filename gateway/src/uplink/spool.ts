import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AnGridError, type BatchAnswer, batchAnswerSchema, hashSchema } from '@angrid/contract';
import { type Clock, writeAtomically } from '@angrid/runtime';
import type { Batch } from './batch.js';
import type { EvidencePart, EvidenceTransport, Transport } from './transport.js';

export interface SpoolOptions {
  /** What a courier (a border gateway, a person with a disk) carries to the cloud and brings receipts back to. */
  readonly folder: string;
  readonly clock: Clock;
  /** Between two looks for a receipt. */
  readonly pollMs?: number;
}

const POLL_MS = 1000;
const RECEIPT_BYTES = 1024 * 1024;

/**
 * Batches as files, for networks that let no connection out. `<name>.ndjson` holds the same bytes that HTTPS would carry;
 * `<name>.receipt.json`, put beside it by the courier, is the cloud's answer. Evidence lies in `evidence/<id>.part`
 * until it is whole, then in `evidence/<id>`.
 */
export class SpoolTransport implements Transport {
  readonly evidence: EvidenceTransport = {
    offset: (evidence) => this.offset(evidence),
    put: (part) => this.put(part),
  };

  constructor(private readonly options: SpoolOptions) {}

  async send({ header, bytes }: Batch, signal: AbortSignal): Promise<BatchAnswer> {
    const { folder, clock, pollMs = POLL_MS } = this.options;
    const { gateway, epoch, lane, from, to, head } = header;
    const start = `${gateway}.${epoch}.${lane}.${from}-`;
    const name = `${start}${to}.${head.slice(0, 12)}`;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const receipt = join(folder, `${name}.receipt.json`);
    if ((await readReceipt(receipt)) === undefined) {
      await this.withdraw(start, name);
      await writeAtomically(join(folder, `${name}.ndjson`), bytes);
    }
    for (;;) {
      const answer = await readReceipt(receipt);
      if (answer) {
        await rm(join(folder, `${name}.ndjson`), { force: true });
        await rm(receipt);
        return answer;
      }
      await clock.sleep(pollMs, signal);
    }
  }

  close(): void {
    // Nothing is held open between two batches.
  }

  /** A run that has grown since it was written goes up as one file: the shorter one must not travel beside it. */
  private async withdraw(start: string, name: string): Promise<void> {
    for (const file of await readdir(this.options.folder)) {
      if (file.startsWith(start) && !file.startsWith(name)) await rm(join(this.options.folder, file));
    }
  }

  private async offset(evidence: string): Promise<number> {
    const whole = this.evidenceFile(evidence);
    return (await sizeOf(whole)) ?? (await sizeOf(`${whole}.part`)) ?? 0;
  }

  private async put({ evidence, offset, total, bytes }: EvidencePart): Promise<number> {
    const whole = this.evidenceFile(evidence);
    await mkdir(dirname(whole), { recursive: true, mode: 0o700 });
    const file = await open(`${whole}.part`, offset === 0 ? 'w' : 'r+', 0o600);
    try {
      await file.write(bytes, 0, bytes.length, offset);
      await file.sync();
    } finally {
      await file.close();
    }
    const end = offset + bytes.length;
    if (end >= total) await rename(`${whole}.part`, whole);
    return end;
  }

  private evidenceFile(evidence: string): string {
    return join(this.options.folder, 'evidence', hashSchema.parse(evidence));
  }
}

/** The cloud's answer, where it is there and whole. */
async function readReceipt(file: string): Promise<BatchAnswer | undefined> {
  const size = await sizeOf(file);
  if (size === undefined) return undefined;
  if (size > RECEIPT_BYTES) throw new AnGridError('input.too-large', { op: 'uplink.receipt', subject: file });
  try {
    return batchAnswerSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.size;
}
