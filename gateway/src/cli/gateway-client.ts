import { request as httpRequest, type IncomingMessage } from 'node:http';
import { AnGridError, errorOfProblem } from '@angrid/contract';

interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

const ANSWER_BYTES = 32 * 1024 * 1024;

/**
 * Speaks with the running gateway through its socket. Errors: gateway.not-running, gateway.socket-refused and whatever
 * the gateway answers with.
 */
export class GatewayClient {
  constructor(
    readonly socket: string,
    private readonly signal: AbortSignal,
  ) {}

  get<T>(path: string): Promise<T> {
    return this.ask<T>({ method: 'GET', path });
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.ask<T>({ method: 'POST', path, body });
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.ask<T>({ method: 'PATCH', path, body });
  }

  delete<T>(path: string): Promise<T> {
    return this.ask<T>({ method: 'DELETE', path });
  }

  /** The lines of an endless answer, until the caller leaves it or the signal ends it. */
  async *follow<T>(path: string, stop?: AbortSignal): AsyncGenerator<T> {
    const signal = stop ? AbortSignal.any([this.signal, stop]) : this.signal;
    try {
      const answer = await this.send({ method: 'GET', path }, signal);
      if (answer.statusCode !== 200) throw await problemIn(answer, path);
      yield* linesOf<T>(answer);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** The gateway is this program in this version: its answers are taken as they are declared (control/answers.ts). */
  private async ask<T>(call: Call): Promise<T> {
    const answer = await this.send(call, this.signal);
    if (answer.statusCode !== 200) throw await problemIn(answer, call.path);
    return JSON.parse(await textOf(answer, call.path)) as T;
  }

  private send({ method, path, body }: Call, signal: AbortSignal): Promise<IncomingMessage> {
    const content = body === undefined ? undefined : JSON.stringify(body);
    const headers = content === undefined ? {} : { 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const call = httpRequest({ socketPath: this.socket, method, path, headers, signal });
      call.once('response', resolve);
      call.once('error', (cause: NodeJS.ErrnoException) => reject(this.classify(cause)));
      call.end(content);
    });
  }

  private classify(cause: NodeJS.ErrnoException): Error {
    if (this.signal.aborted) return cause;
    const subject = this.socket;
    if (cause.code === 'EACCES' || cause.code === 'EPERM')
      return new AnGridError('gateway.socket-refused', { op: 'control.connect', subject, cause });
    return new AnGridError('gateway.not-running', { op: 'control.connect', subject, cause });
  }
}

async function* linesOf<T>(answer: IncomingMessage): AsyncGenerator<T> {
  let rest = '';
  for await (const part of answer.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + part).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as T;
  }
}

async function problemIn(answer: IncomingMessage, path: string): Promise<AnGridError> {
  const text = await textOf(answer, path);
  return errorOfProblem(parsed(text), 'control.call', 'internal.unexpected');
}

async function textOf(answer: IncomingMessage, path: string): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > ANSWER_BYTES) throw new AnGridError('input.too-large', { op: 'control.call', subject: path });
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
