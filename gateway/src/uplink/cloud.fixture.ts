import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import {
  AnGridError,
  type BatchAnswer,
  type BatchHeader,
  batchHeaderSchema,
  batchPreimage,
  type CommandResult,
  gatewayPaths,
  type Lane,
  problemOf,
  tokenPreimage,
  tokenRequestSchema,
} from '@angrid/contract';
import { nextLink, verifyText } from '@angrid/contract/signing';
import { type Clock, type KeyPair, keyPem } from '@angrid/runtime';
import { issueCa, issueServer } from '@angrid/runtime/certificates/issue';
import type { BatchSigner } from './batch.js';

export interface ReceivedBatch {
  readonly header: BatchHeader;
  readonly lines: readonly string[];
  readonly bytes: Buffer;
}

const now = new Date().getTime();
const validity = { from: new Date(now - 86_400_000), to: new Date(now + 86_400_000) };

export async function makeCa(): Promise<KeyPair> {
  return issueCa('test cloud', validity);
}

export function makeSigner(): BatchSigner & { readonly publicKey: KeyObject } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { gateway: 'gw-1', key: privateKey, publicKey };
}

/** Takes a batch apart as the cloud does; throws where signature, count or chain do not hold. */
export function readBatch(bytes: Buffer, publicKey: KeyObject): ReceivedBatch {
  const [first = '', ...lines] = bytes.toString('utf8').split('\n').slice(0, -1);
  const header = batchHeaderSchema.parse(JSON.parse(first));
  let link = header.prev;
  for (const line of lines) link = nextLink(link, line);
  const holds = link === header.head && lines.length === header.count && header.to - header.from + 1 === lines.length;
  if (!holds || !verifyText(batchPreimage(header), header.signature, publicKey))
    throw new Error('the batch does not hold');
  return { header, lines, bytes };
}

export function idsIn({ lines }: Pick<ReceivedBatch, 'lines'>): string[] {
  return lines.map((line) => (JSON.parse(line) as { id: string }).id);
}

export function acceptAll(batch: Pick<ReceivedBatch, 'lines'>): BatchAnswer {
  return { accepted: idsIn(batch), duplicate: [], rejected: [], siteVersion: 1 };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Waits for what the event loop brings; `meanwhile` may let time pass on a virtual clock. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  meanwhile: () => Promise<void> = nextTurn,
): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`never: ${condition.toString()}`);
    await meanwhile();
  }
}

export type Handler = (request: IncomingMessage, body: Buffer, response: ServerResponse) => void;

/** The gateway's side of the cloud on a socket of its own, as strict as the contract. What it does next can be set. */
export class CloudDouble {
  readonly batches: ReceivedBatch[] = [];
  private readonly items = new Map<string, Lane>();
  readonly encodings: (string | undefined)[] = [];
  readonly results: CommandResult[] = [];
  readonly evidence = new Map<string, Buffer>();
  readonly tokens = new Set<string>();
  readonly channels = new Set<ServerResponse>();
  tokenRequests = 0;
  tokenLifeMs = 3_600_000;
  /** Taken, once each, in place of the ordinary behaviour. */
  readonly next: Handler[] = [];
  onEvidencePart: (evidence: string, offset: number) => void = () => undefined;

  private constructor(
    private readonly server: Server,
    private readonly clock: Clock,
    private readonly publicKey: KeyObject,
  ) {}

  static async open(
    clock: Clock,
    publicKey: KeyObject,
    ca: KeyPair,
    names = [{ type: 'ip' as const, value: '127.0.0.1' }],
  ): Promise<CloudDouble> {
    const { key, cert } = await issueServer(ca, { subject: 'cloud', names }, validity);
    const server = createServer({ key: keyPem(key), cert: cert.toString() });
    const cloud = new CloudDouble(server, clock, publicKey);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void cloud.answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return cloud;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  command(command: object, id = 'c-1'): void {
    for (const channel of this.channels)
      channel.write(`event: command\nid: ${id}\ndata: ${JSON.stringify(command)}\n\n`);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    } catch {
      return;
    }
    response.setHeader('date', new Date(this.clock.wall()).toUTCString());
    const handler = this.next.shift() ?? ((...given: Parameters<Handler>) => this.ordinary(...given));
    try {
      handler(request, Buffer.concat(chunks), response);
    } catch (error) {
      const typed =
        error instanceof AnGridError
          ? error
          : new AnGridError('internal.unexpected', { op: 'cloud', detail: String(error) });
      problem(response, typed);
    }
  }

  private ordinary(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const path = request.url ?? '';
    if (path === gatewayPaths.token) return this.giveToken(body, response);
    if (!this.tokens.has((request.headers.authorization ?? '').replace('Bearer ', '')))
      throw new AnGridError('auth.required', { op: 'cloud' });
    if (path === gatewayPaths.batches) return this.takeBatch(request, body, response);
    if (path === gatewayPaths.channel) return this.openChannel(response);
    if (path === gatewayPaths.commandResult) {
      this.results.push(JSON.parse(body.toString()) as CommandResult);
      response.writeHead(204).end();
      return;
    }
    this.takeEvidence(request, body, response);
  }

  private giveToken(body: Buffer, response: ServerResponse): void {
    this.tokenRequests += 1;
    const { signature, ...unsigned } = tokenRequestSchema.parse(JSON.parse(body.toString()));
    const skew = Math.abs(Date.parse(unsigned.at) - this.clock.wall());
    if (skew > 300_000 || !verifyText(tokenPreimage(unsigned), signature, this.publicKey))
      throw new AnGridError('gateway.bad-signature', { op: 'cloud' });
    const token = randomBytes(32).toString('base64url');
    this.tokens.add(token);
    json(response, { token, expiresAt: new Date(this.clock.wall() + this.tokenLifeMs).toISOString() });
  }

  private takeBatch(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    this.encodings.push(request.headers['content-encoding']);
    const batch = readBatch(gunzipSync(body), this.publicKey);
    json(response, this.keep(batch));
  }

  /** Takes a batch and cuts the line before the answer. */
  readonly loseAnswer: Handler = (request, body) => {
    this.keep(readBatch(gunzipSync(body), this.publicKey));
    request.socket.destroy();
  };

  /** Ids of all items, each where it came first. */
  idsOf(lane: Lane): string[] {
    return [...this.items].filter(([, on]) => on === lane).map(([id]) => id);
  }

  private keep(batch: ReceivedBatch): BatchAnswer {
    this.batches.push(batch);
    const ids = idsIn(batch);
    const duplicate = ids.filter((id) => this.items.has(id));
    const accepted = ids.filter((id) => !this.items.has(id));
    for (const id of accepted) this.items.set(id, batch.header.lane);
    return { accepted, duplicate, rejected: [], siteVersion: 1 };
  }

  private openChannel(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': open\n\n');
    this.channels.add(response);
    response.once('close', () => this.channels.delete(response));
  }

  private takeEvidence(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const id = (request.url ?? '').split('/').at(-1) ?? '';
    const have = this.evidence.get(id);
    if (!have) throw new AnGridError('subject.not-found', { op: 'cloud', subject: id });
    const offset = Number(request.headers['upload-offset'] ?? 0);
    if (request.method === 'PATCH') {
      this.onEvidencePart(id, offset);
      if (offset !== have.length) throw new AnGridError('subject.conflict', { op: 'cloud' });
      this.evidence.set(id, Buffer.concat([have, body]));
    }
    const length = String(this.evidence.get(id)?.length);
    response.writeHead(request.method === 'HEAD' ? 200 : 204, { 'upload-offset': length }).end();
  }
}

export function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

export function problem(response: ServerResponse, error: AnGridError, status = problemOf(error, 'en').status): void {
  response
    .writeHead(status, { 'content-type': 'application/problem+json' })
    .end(JSON.stringify({ ...problemOf(error, 'en'), status }));
}
