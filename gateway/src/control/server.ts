import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { AnGridError, problemOf } from '@angrid/contract';
import type { Log } from '@angrid/runtime';
import type { Answer, ControlRoute } from './route.js';

const BODY_BYTES = 1024 * 1024;
/** What is over the bound is read away, so that its sender hears why; more than this, and the line is cut. */
const DISCARDED_BYTES = 64 * BODY_BYTES;
/** `sun_path` of Linux, less its closing zero; a longer one would be cut in silence. */
const PATH_BYTES = 107;

/** The gateway's own door for the CLI: HTTP over a unix socket that only its user can open. It is not on any network. */
export class ControlServer {
  private constructor(
    private readonly server: Server,
    private readonly socket: string,
  ) {}

  /** The folder of the socket must exist; a socket left by a process that is gone is replaced. */
  static async listen(socket: string, routes: readonly ControlRoute[], log: Log): Promise<ControlServer> {
    checkLength(socket);
    await rm(socket, { force: true });
    const server = createServer((request, response) => void answer(routes, { request, response, log }));
    const mask = process.umask(0o177);
    try {
      await listening(server, socket);
    } finally {
      process.umask(mask);
    }
    await chmod(socket, 0o600);
    return new ControlServer(server, socket);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await rm(this.socket, { force: true });
  }
}

function checkLength(socket: string): void {
  const length = Buffer.byteLength(socket);
  if (length <= PATH_BYTES) return;
  const detail = `its path has ${length} bytes, more than ${PATH_BYTES}`;
  throw new AnGridError('gateway.socket-failed', { op: 'control.listen', subject: socket, detail });
}

function listening(server: Server, socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new AnGridError('gateway.socket-failed', { op: 'control.listen', subject: socket, cause }));
    });
    server.listen(socket, resolve);
  });
}

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly log: Log;
}

async function answer(routes: readonly ControlRoute[], { request, response, log }: Call): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://gateway');
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  try {
    const { route, params } = find(routes, request.method ?? 'GET', url.pathname);
    const body = await bodyOf(request);
    const { signal } = gone;
    await send(response, await route.handle({ params, query: url.searchParams, body, signal }), signal);
  } catch (error) {
    if (gone.signal.aborted) return;
    const known = error instanceof AnGridError ? error : unexpected(error, url.pathname);
    if (known.code === 'internal.unexpected') log.error({ err: error, path: url.pathname }, 'a control call failed');
    const problem = problemOf(known, 'en');
    if (response.headersSent) return void response.destroy();
    response.writeHead(problem.status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
  }
}

function find(routes: readonly ControlRoute[], method: string, path: string) {
  for (const route of routes) {
    const match = route.method === method ? route.path.exec(path) : null;
    if (match) return { route, params: Object.values(match.groups ?? {}).map(decodeURIComponent) };
  }
  throw new AnGridError('subject.not-found', { op: 'control.route', subject: `${method} ${path}` });
}

/** A stream goes no faster than its reader takes it. */
async function send(response: ServerResponse, result: Answer, gone: AbortSignal): Promise<void> {
  if (!('stream' in result)) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result.json ?? null));
    return;
  }
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  for await (const line of result.stream) {
    if (!response.write(`${JSON.stringify(line)}\n`)) await once(response, 'drain', { signal: gone });
  }
  response.end();
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > DISCARDED_BYTES) break;
    if (bytes <= BODY_BYTES) parts.push(part);
  }
  if (bytes > BODY_BYTES) throw new AnGridError('input.too-large', { op: 'control.read' });
  if (bytes === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    throw new AnGridError('input.invalid', { op: 'control.read', detail: 'the body is not JSON' });
  }
}

function unexpected(cause: unknown, subject: string): AnGridError {
  return new AnGridError('internal.unexpected', { op: 'control.call', subject, detail: String(cause), cause });
}
