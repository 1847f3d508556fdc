import type { KeyObject } from 'node:crypto';
import { type BatchHeader, batchPreimage, CONTRACT_VERSION, type UnsignedBatchHeader } from '@angrid/contract';
import { signText } from '@angrid/contract/signing';
import type { Lease } from '../outbox/outbox.js';

export interface BatchSigner {
  readonly gateway: string;
  readonly key: KeyObject;
}

export interface Batch {
  readonly header: BatchHeader;
  /** NDJSON: the header, then each line exactly as it was leased. */
  readonly bytes: Buffer;
}

/** A leased run as a signed batch (contract/batch.ts). `sentAt` in wall milliseconds. */
export function buildBatch(
  { epoch, lane, prev, head, lines }: Lease,
  { gateway, key }: BatchSigner,
  sentAt: number,
): Batch {
  const from = lines[0]?.sequence ?? 1;
  const unsigned: UnsignedBatchHeader = {
    contract: CONTRACT_VERSION,
    gateway,
    epoch,
    lane,
    from,
    to: from + lines.length - 1,
    count: lines.length,
    prev,
    head,
    sentAt: new Date(sentAt).toISOString(),
    algorithm: 'Ed25519',
  };
  const header: BatchHeader = { ...unsigned, signature: signText(batchPreimage(unsigned), key) };
  const text = [JSON.stringify(header), ...lines.map(({ line }) => line), ''].join('\n');
  return { header, bytes: Buffer.from(text) };
}
