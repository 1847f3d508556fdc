import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { AnGridError, type BatchAnswer, batchAnswerSchema, gatewayPaths } from '@angrid/contract';
import type { AuthorisedClient } from './authorised-client.js';
import type { Batch } from './batch.js';
import type { CloudAnswer } from './cloud-client.js';
import type { EvidencePart, EvidenceTransport, Transport } from './transport.js';

const compress = promisify(gzip);
/** Lines repeat one another: the fastest level already makes a tenth of them. */
const LEVEL = 1;

/** Batches and evidence over HTTPS. */
export class HttpsTransport implements Transport {
  readonly evidence: EvidenceTransport = {
    offset: (evidence, signal) => this.offset(evidence, signal),
    put: (part, signal) => this.put(part, signal),
  };

  constructor(private readonly client: AuthorisedClient) {}

  async send({ bytes }: Batch, signal: AbortSignal): Promise<BatchAnswer> {
    const op = 'uplink.send';
    const headers = { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' };
    const body = await compress(bytes, { level: LEVEL });
    const answer = await this.client.request({ op, method: 'POST', path: gatewayPaths.batches, headers, body, signal });
    const parsed = batchAnswerSchema.safeParse(jsonOf(answer));
    if (parsed.success) return parsed.data;
    throw new AnGridError('uplink.unreachable', { op, detail: 'the answer is no batch answer' });
  }

  close(): void {
    this.client.client.close();
  }

  private async offset(evidence: string, signal: AbortSignal): Promise<number> {
    const path = gatewayPaths.evidence(evidence);
    return offsetOf(
      await this.client.request({ op: 'uplink.evidence-offset', method: 'HEAD', path, signal }),
      evidence,
    );
  }

  private async put({ evidence, offset, bytes }: EvidencePart, signal: AbortSignal): Promise<number> {
    const path = gatewayPaths.evidence(evidence);
    const headers = { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) };
    return offsetOf(
      await this.client.request({ op: 'uplink.evidence-put', method: 'PATCH', path, headers, body: bytes, signal }),
      evidence,
    );
  }
}

function offsetOf({ headers }: CloudAnswer, subject: string): number {
  const value = headers['upload-offset'];
  if (typeof value === 'string' && /^\d{1,15}$/.test(value)) return Number(value);
  throw new AnGridError('uplink.unreachable', {
    op: 'uplink.evidence',
    subject,
    detail: 'the answer has no Upload-Offset',
  });
}

function jsonOf({ body }: CloudAnswer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
