import { request as httpRequest } from 'node:http';
import { type BatchAnswer, type Command, enrolAnswerSchema, gatewayPaths } from '@angrid/contract';
import type { SignedGateway } from './signed-gateway.js';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON, or undefined. */
  readonly body: Record<string, unknown> | undefined;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** A gateway over HTTP as the cloud sees it. */
export class GatewayClient {
  token = '';

  constructor(
    readonly url: string,
    readonly gateway: SignedGateway,
  ) {}

  async enrol(code: string): Promise<void> {
    const { body } = await this.post(gatewayPaths.enrol, this.gateway.enrolRequest(code));
    this.token = enrolAnswerSchema.parse(body).token.token;
  }

  async call({ method, path, headers = {}, body }: Call): Promise<RawAnswer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const isJson = text !== '' && (response.headers.get('content-type') ?? '').includes('json');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : undefined };
  }

  post(path: string, body: unknown): Promise<RawAnswer> {
    const headers = { 'content-type': 'application/json' };
    return this.call({ method: 'POST', path, headers, body: JSON.stringify(body) });
  }

  sendBatch(bytes: Buffer, headers: Readonly<Record<string, string>> = {}): Promise<RawAnswer & { body: BatchAnswer }> {
    const path = gatewayPaths.batches;
    const type = { 'content-type': 'application/x-ndjson', ...headers };
    return this.call({ method: 'POST', path, headers: type, body: bytes }) as never;
  }

  async offset(evidence: string): Promise<RawAnswer & { offset: number }> {
    const answer = await this.call({ method: 'HEAD', path: gatewayPaths.evidence(evidence) });
    return { ...answer, offset: Number(answer.headers.get('upload-offset') ?? Number.NaN) };
  }

  async put(evidence: string, offset: number, body: Buffer): Promise<RawAnswer & { offset: number }> {
    const headers = { 'content-type': 'application/offset+octet-stream', 'upload-offset': String(offset) };
    const answer = await this.call({ method: 'PATCH', path: gatewayPaths.evidence(evidence), headers, body });
    return { ...answer, offset: Number(answer.headers.get('upload-offset') ?? Number.NaN) };
  }

  /** Opens the channel down; rejects with the status where it is refused. */
  openChannel(): Promise<OpenChannel> {
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${this.token}`, accept: 'text/event-stream' };
      const call = httpRequest(`${this.url}${gatewayPaths.channel}`, { headers });
      call.once('error', reject);
      call.once('response', (response) => {
        if (response.statusCode === 200) resolve(new OpenChannel(response));
        else reject(new Error(`status ${response.statusCode}`));
      });
      call.end();
    });
  }
}

/** What comes down an open channel. */
export class OpenChannel {
  readonly ended: Promise<void>;
  private text = '';
  private readonly commands: Command[] = [];
  private readonly waiting: ((command: Command) => void)[] = [];

  constructor(private readonly response: import('node:http').IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => this.read(chunk));
    response.on('error', () => undefined);
    this.ended = new Promise((resolve) => response.once('close', resolve));
  }

  /** The next command that has not been taken. */
  next(): Promise<Command> {
    const ready = this.commands.shift();
    return ready ? Promise.resolve(ready) : new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Commands that came and were not taken. */
  get untaken(): readonly Command[] {
    return this.commands;
  }

  close(): void {
    this.response.destroy();
  }

  private read(chunk: string): void {
    this.text += chunk;
    for (let end = this.text.indexOf('\n\n'); end !== -1; end = this.text.indexOf('\n\n')) {
      const data = /^data: (.*)$/m.exec(this.text.slice(0, end))?.[1];
      this.text = this.text.slice(end + 2);
      if (data !== undefined) this.take(JSON.parse(data) as Command);
    }
  }

  private take(command: Command): void {
    const waiting = this.waiting.shift();
    if (waiting) waiting(command);
    else this.commands.push(command);
  }
}
