import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface PushTarget {
  /** http or https. */
  readonly url: string;
  /** PEM of the CA that is trusted. */
  readonly ca?: string;
  /** The own address of the device, of those that this machine has. */
  readonly from?: string;
}

export interface Pushed {
  readonly status: number;
  readonly text: string;
}

export interface PushedRequest {
  readonly method: 'GET' | 'POST';
  readonly contentType?: string;
  readonly body?: Buffer | string;
}

/** One request of a device, on a connection of its own. */
export async function push(
  { url, ca, from }: PushTarget,
  { method, contentType, body }: PushedRequest,
): Promise<Pushed> {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  const headers = {
    connection: 'close',
    ...(contentType !== undefined && { 'content-type': contentType }),
    ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { method, headers, agent: false, ...(ca && { ca }), ...(from && { localAddress: from }) };
    const request = send(url, options, resolve);
    request.on('error', reject);
    request.end(body);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() };
}
