import type { ServerResponse } from 'node:http';
import type { Clock } from '@angrid/runtime';

/** A reply that is sent instead of the right one, byte for byte. */
export interface HostileReply {
  readonly body: string | Buffer;
  /** 200 by default. */
  readonly status?: number;
  /** `application/soap+xml` by default. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Only for this operation, as `PullMessages`, or for its picture: `snapshot`; for all requests when it is left out. */
  readonly operation?: string;
  /** How often; without it until `replyWith(undefined)`. */
  readonly times?: number;
  /** Drips one byte each so many milliseconds. */
  readonly byteEveryMs?: number;
}

export function sendHostile(response: ServerResponse, reply: HostileReply, clock: Clock): void {
  const headers = reply.headers ?? { 'Content-Type': 'application/soap+xml; charset=utf-8' };
  response.writeHead(reply.status ?? 200, headers);
  const body = Buffer.from(reply.body);
  if (reply.byteEveryMs === undefined) {
    response.end(body);
    return;
  }
  response.flushHeaders();
  let sent = 0;
  const stop = clock.every(reply.byteEveryMs, () => {
    response.write(body.subarray(sent, sent + 1));
    sent += 1;
    if (sent >= body.length) response.end();
  });
  response.on('close', stop);
}
