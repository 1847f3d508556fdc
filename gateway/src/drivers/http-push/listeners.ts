import { createServer, type Server, type ServerOptions, type ServerResponse, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { AnGridError } from '@angrid/contract';
import { close, listen, secureOptions } from '../../bounds/listening.js';
import type { HttpListening, HttpPushOptions, ListenAddress, TlsMaterial } from './http-push.js';
import type { HttpLimits } from './limits.js';
import type { Reception, Visit } from './reception.js';
import type { Turnstile } from './turnstile.js';

export interface ListenerParts {
  readonly options: HttpPushOptions;
  readonly limits: HttpLimits;
  readonly turnstile: Turnstile;
  readonly reception: Reception;
}

/** How often node looks for requests that take too long; deadlines are late by at most this. */
const INSPECTIONS = 5;
const BACKLOG = 512;

/** The TLS listener, and the plain one where the settings name an isolated network for it. */
export class Listeners {
  private readonly tls: TlsServer;
  private readonly plain: Server | undefined;

  /** Throws `config.missing-value` for a plain listener without the name of its network. */
  constructor(private readonly parts: ListenerParts) {
    const { options, limits } = parts;
    const { plain } = options.settings;
    if (plain && plain.network.trim() === '') {
      throw new AnGridError('config.missing-value', { op: 'http.listen', subject: 'http.plainNetwork' });
    }
    const strict = strictOptions(limits);
    const tlsOptions = { ...secureOptions(options.tls), handshakeTimeout: limits.headMs };
    this.tls = createTlsServer({ ...strict, ...tlsOptions });
    this.tls.on('tlsClientError', (_error, socket) => socket.destroy());
    this.equip(this.tls, true);
    this.plain = plain && createServer(strict);
    if (this.plain) this.equip(this.plain, false);
  }

  async open(): Promise<HttpListening> {
    const { settings } = this.parts.options;
    const tls = await this.listen(this.tls, settings.tls, 'http.tls');
    if (!this.plain || !settings.plain) return { tls };
    try {
      return { tls, plain: await this.listen(this.plain, settings.plain, 'http.plain') };
    } catch (error) {
      await close(this.tls);
      throw error;
    }
  }

  /** Takes nobody in any more; resolves when the connections, which the turnstile ends, are gone. */
  async close(): Promise<void> {
    await Promise.all([close(this.tls), this.plain && close(this.plain)]);
  }

  renew(tls: TlsMaterial): void {
    this.tls.setSecureContext(secureOptions(tls));
  }

  private listen(server: Server, at: ListenAddress, subject: string): Promise<ListenAddress> {
    return listen(server, { ...at, backlog: BACKLOG }, { code: 'http.listen-failed', op: 'http.listen', subject });
  }

  private equip(server: Server, encrypted: boolean): void {
    const { reception, turnstile, limits } = this.parts;
    const take = (expects: Visit['expects']) => (request: IncomingMessage, response: ServerResponse) =>
      void reception.take({ request, response, encrypted, expects });
    server.prependListener('connection', (socket: Socket) => turnstile.admit(socket));
    server.on('request', take('nothing'));
    server.on('checkContinue', take('continue'));
    server.on('checkExpectation', take('unknown'));
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => this.reject(error, socket));
    server.setTimeout(limits.restMs + limits.bodyMs, (socket) => socket.destroy());
    server.keepAliveTimeout = limits.restMs;
    server.maxHeadersCount = 0;
  }

  /** Not HTTP, or not in time: nothing more is read. */
  private reject({ code }: NodeJS.ErrnoException, socket: Socket): void {
    const late = code === 'ERR_HTTP_REQUEST_TIMEOUT';
    const large = code === 'HPE_HEADER_OVERFLOW';
    const reason = late ? 'late' : large ? 'head-too-large' : 'not-http';
    this.parts.options.counters.count('http_connections_refused', { reason });
    if (!socket.writable || this.parts.reception.openOf(socket) > 0) return void socket.destroy();
    const status = late ? '408 Request Timeout' : large ? '431 Request Header Fields Too Large' : '400 Bad Request';
    socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy());
  }
}

function strictOptions(limits: HttpLimits): ServerOptions {
  return {
    insecureHTTPParser: false,
    maxHeaderSize: limits.headBytes,
    headersTimeout: limits.headMs,
    requestTimeout: limits.headMs + limits.bodyMs + 2 * limits.patienceMs,
    connectionsCheckingInterval: Math.max(50, Math.floor(limits.headMs / INSPECTIONS)),
    noDelay: true,
  };
}
