import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Clock, Log } from '@angrid/runtime';
import type { DigestGuard } from '../auth/digest.js';
import type { UsernameTokenGuard } from '../auth/username-token.js';
import { type HostileReply, sendHostile } from './hostile-reply.js';
import { paths, type Service } from './service.js';
import { envelope, faults, parseRequest, SoapFault, type SoapRequest } from './soap.js';

/** What a hostile reply names it by, although it is no operation. */
const SNAPSHOT = 'snapshot';
const MAX_REQUEST_BYTES = 256 * 1024;

/** A certificate and its private key, PEM. */
export interface CameraCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface OnvifDeviceOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Services by path; the service of `/onvif/subscription` also has all paths below it. */
  readonly services: ReadonlyMap<string, Service>;
  /** The JPEG of a profile token. */
  readonly snapshot: (profile: string) => Promise<Buffer | undefined>;
  readonly auth: {
    /** `wsse`: WS-UsernameToken, or HTTP Digest; `digest`: HTTP Digest only. */
    readonly mode: 'wsse' | 'digest';
    readonly tokens: UsernameTokenGuard;
    readonly digest: DigestGuard;
    readonly onRefused: () => void;
  };
  /** Speaks https with it. */
  readonly certificate: CameraCertificate | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** While it is true requests are taken and never answered. */
  readonly stalled: () => boolean;
}

/** The HTTP side of a camera: SOAP 1.2 services and snapshots. */
export class OnvifDevice {
  private hostile: HostileReply | undefined;
  private hostileLeft = 0;
  private readonly server: Server;

  private constructor(private readonly options: OnvifDeviceOptions) {
    const serve = (request: IncomingMessage, response: ServerResponse): void => {
      this.handle(request, response).catch((error: unknown) => {
        this.options.log.debug({ error: String(error) }, 'request failed');
        response.destroy();
      });
    };
    const { certificate } = options;
    this.server = certificate ? createTlsServer({ ...certificate }, serve) : createServer(serve);
  }

  static async start(options: OnvifDeviceOptions): Promise<OnvifDevice> {
    const device = new OnvifDevice(options);
    device.server.listen(options.port, options.host);
    await once(device.server, 'listening');
    return device;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  replyWith(reply: HostileReply | undefined): void {
    this.hostile = reply;
    this.hostileLeft = reply?.times ?? Number.POSITIVE_INFINITY;
  }

  /** Closes every connection, as a camera that loses its power. */
  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://camera');
    const body = await readBody(request);
    if (this.options.stalled()) return;
    if (body === undefined) return send(response, 413, { Connection: 'close' });
    if (request.method === 'GET' && url.pathname === paths.snapshot) return this.sendSnapshot(request, response, url);
    const service = this.serviceAt(url.pathname);
    if (!service) return send(response, 404);
    if (request.method !== 'POST') return send(response, 405, { Allow: 'POST' });
    await this.handleSoap({ request, response, service, path: url.pathname, body });
  }

  private serviceAt(path: string): Service | undefined {
    const { services } = this.options;
    return path.startsWith(`${paths.subscription}/`) ? services.get(paths.subscription) : services.get(path);
  }

  private async handleSoap(call: HttpCall): Promise<void> {
    const { request, response } = call;
    let soap: SoapRequest | undefined;
    try {
      soap = parseRequest(call.body);
      const hostile = this.takeHostile(soap.operation.name);
      if (hostile) return sendHostile(response, hostile, this.options.clock);
      if (!this.isAllowed(call, soap)) return this.refuse(response);
      sendXml(response, 200, envelope(await this.run(call, soap), soap));
    } catch (error) {
      if (!(error instanceof SoapFault)) throw error;
      sendXml(response, error.status, envelope(error.toMarkup(), soap));
    }
    this.options.log.debug({ path: request.url, operation: soap?.operation.name, status: response.statusCode }, 'soap');
  }

  private run(call: HttpCall, soap: SoapRequest): ReturnType<Service['operations'][string]> {
    const operation = call.service.operations[soap.operation.name];
    if (!operation) throw faults.unknownOperation();
    const gone = new AbortController();
    call.response.on('close', () => gone.abort());
    return operation({ request: soap, path: call.path, signal: gone.signal });
  }

  private isAllowed({ request, service }: HttpCall, soap: SoapRequest): boolean {
    if (service.open?.includes(soap.operation.name)) return true;
    const { mode, tokens } = this.options.auth;
    return this.passesDigest(request) || (mode === 'wsse' && tokens.accepts(soap.header));
  }

  private passesDigest(request: IncomingMessage): boolean {
    return this.options.auth.digest.accepts(request.headers.authorization, request.method ?? '', request.url ?? '');
  }

  private refuse(response: ServerResponse): void {
    const { mode, onRefused } = this.options.auth;
    onRefused();
    const body = envelope(faults.notAuthorized().toMarkup());
    if (mode === 'wsse') return sendXml(response, 400, body);
    response.setHeader('WWW-Authenticate', this.options.auth.digest.challenges());
    sendXml(response, 401, body);
  }

  private async sendSnapshot(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (!this.passesDigest(request)) {
      this.options.auth.onRefused();
      response.setHeader('WWW-Authenticate', this.options.auth.digest.challenges());
      return send(response, 401);
    }
    const hostile = this.takeHostile(SNAPSHOT);
    if (hostile) return sendHostile(response, hostile, this.options.clock);
    const jpeg = await this.options.snapshot(url.searchParams.get('profile') ?? '');
    if (!jpeg) return send(response, 404);
    response.writeHead(200, { 'Content-Type': 'image/jpeg', 'Content-Length': jpeg.length });
    response.end(jpeg);
  }

  private takeHostile(operation: string): HostileReply | undefined {
    if (!this.hostile || this.hostileLeft <= 0) return undefined;
    if (this.hostile.operation !== undefined && this.hostile.operation !== operation) return undefined;
    this.hostileLeft -= 1;
    return this.hostile;
  }
}

interface HttpCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly service: Service;
  readonly path: string;
  readonly body: string;
}

/** The body as text; undefined when it is larger than a camera takes. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_REQUEST_BYTES) chunks.push(chunk);
  }
  return size <= MAX_REQUEST_BYTES ? Buffer.concat(chunks).toString('utf8') : undefined;
}

function send(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'Content-Length': 0, ...headers });
  response.end();
}

function sendXml(response: ServerResponse, status: number, document: string): void {
  const length = Buffer.byteLength(document);
  response.writeHead(status, { 'Content-Type': 'application/soap+xml; charset=utf-8', 'Content-Length': length });
  response.end(document);
}
