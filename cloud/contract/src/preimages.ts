import type { UnsignedBatchHeader } from './batch.js';
import type { Identity } from './identity.js';

/**
 * The text whose SHA-256 (lower-case hex) is the id of an event. A JSON array, so that no value can run into the next.
 * The part is in it because one message may carry several events.
 */
export function identityPreimage({ gateway, device, dedup, part }: Identity): string {
  return JSON.stringify(['angrid/id/1', gateway, device, dedup.rule, dedup.key, part]);
}

/** The text whose SHA-256 is the link before the first line of a lane; see batch.ts. */
export function chainSeed(gateway: string, epoch: number, lane: string): string {
  return JSON.stringify(['angrid/chain/1', gateway, epoch, lane]);
}

/** The text that the signature of a batch covers. */
export function batchPreimage(header: UnsignedBatchHeader): string {
  const { gateway, epoch, lane, from, to, count, prev, head, sentAt } = header;
  return JSON.stringify(['angrid/batch/1', gateway, epoch, lane, from, to, count, prev, head, sentAt]);
}
