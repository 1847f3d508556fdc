import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Instruction } from '@angrid/device-profiles';

/** Why a call came to nothing. */
export class CallRefused extends Error {
  constructor(
    readonly code: 'device.unreachable' | 'device.refused',
    detail: string,
  ) {
    super(detail);
  }
}

export interface Exchange {
  readonly url: URL;
  /** As the address of the device has it, and the IP address that it was resolved to. */
  readonly host: string;
  readonly address: string;
  readonly instruction: Pick<Instruction, 'method' | 'topic' | 'payload'>;
  readonly authorization: string | undefined;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Certificates of devices are self-signed: the first one is kept here, another one later is refused. */
  readonly pin: { fingerprint: string | undefined };
}

export interface Exchanged {
  readonly status: number;
  readonly body: Buffer;
  readonly challenges: readonly string[];
}

const HEAD_BYTES = 8192;

/** One request and its answer, on a connection of its own. Throws CallRefused. */
export async function exchange(call: Exchange): Promise<Exchanged> {
  try {
    return await receive(await send(call), call);
  } catch (error) {
    if (error instanceof CallRefused) throw error;
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (code.startsWith('HPE_')) throw new CallRefused('device.refused', `not HTTP (${code})`);
    throw new CallRefused('device.unreachable', code === '' ? message : code);
  }
}

function send(call: Exchange): Promise<IncomingMessage> {
  const request = open(call);
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('response', resolve);
    whenTrusted(request, call, (refusal) => {
      if (refusal) return void request.destroy(refusal);
      request.end(call.instruction.method === 'GET' ? undefined : call.instruction.payload);
    });
  });
}

function open({ url, host, address, instruction, authorization, signal }: Exchange): ClientRequest {
  const secure = url.protocol === 'https:';
  const { method, topic, payload } = instruction;
  const withBody = method !== 'GET';
  return (secure ? httpsRequest : httpRequest)({
    method,
    host: address,
    port: url.port === '' ? (secure ? 443 : 80) : url.port,
    path: `/${topic}`,
    agent: false,
    signal,
    maxHeaderSize: HEAD_BYTES,
    ...(secure && { rejectUnauthorized: false }),
    ...(secure && isIP(host) === 0 && { servername: host }),
    headers: {
      host: url.host,
      connection: 'close',
      ...(withBody && { 'content-type': typeOf(payload), 'content-length': Buffer.byteLength(payload) }),
      ...(authorization !== undefined && { authorization }),
    },
  });
}

/** Nothing is sent before the certificate is known to be the pinned one. */
function whenTrusted(request: ClientRequest, { url, pin }: Exchange, done: (refusal?: CallRefused) => void): void {
  if (url.protocol !== 'https:') return done();
  request.on('socket', (socket) =>
    socket.once('secureConnect', () => {
      const { fingerprint256 } = (socket as TLSSocket).getPeerCertificate();
      pin.fingerprint ??= fingerprint256;
      const same = pin.fingerprint === fingerprint256;
      done(same ? undefined : new CallRefused('device.refused', 'its certificate has changed'));
    }),
  );
}

async function receive(response: IncomingMessage, { maxBytes }: Exchange): Promise<Exchanged> {
  const status = response.statusCode ?? 0;
  const { 'content-length': length, 'content-encoding': encoding = 'identity' } = response.headers;
  const refusal =
    (status >= 300 && status < 400 && 'a redirect') ||
    (encoding !== 'identity' && 'an encoding that nobody asked for') ||
    (Number(length ?? 0) > maxBytes && `more than ${maxBytes} bytes`);
  if (refusal !== false) {
    response.destroy();
    throw new CallRefused('device.refused', refusal);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new CallRefused('device.refused', `more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return { status, body: Buffer.concat(chunks), challenges: response.headersDistinct['www-authenticate'] ?? [] };
}

function typeOf(payload: string): string {
  if (payload.startsWith('{') || payload.startsWith('[')) return 'application/json';
  return payload.startsWith('<') ? 'application/xml' : 'text/plain';
}
