import type { BatchAnswer } from '@angrid/contract';
import type { Batch } from './batch.js';

/**
 * The way to the cloud. Whatever it is, the bytes of a batch are the same.
 * Errors: `uplink.unreachable`, `uplink.untrusted`, `uplink.refused`, or the code that the cloud answered with.
 */
export interface Transport {
  /** Resolves once the cloud has committed what it accepts. The same batch may be sent again at any time. */
  send(batch: Batch, signal: AbortSignal): Promise<BatchAnswer>;
  readonly evidence: EvidenceTransport;
  close(): void;
}

/** Pieces of evidence, in parts that can be sent again. */
export interface EvidenceTransport {
  /** How many bytes of it the cloud has. */
  offset(evidence: string, signal: AbortSignal): Promise<number>;
  /**
   * Sends the bytes that begin at `offset`; the offset after them. The part that completes it is checked against the
   * hash of the descriptor: `evidence.hash-mismatch`, and the offset is 0 again.
   */
  put(part: EvidencePart, signal: AbortSignal): Promise<number>;
}

export interface EvidencePart {
  readonly evidence: string;
  readonly offset: number;
  /** Bytes of the whole piece. */
  readonly total: number;
  readonly bytes: Buffer;
}
