/** RTSP 1.0 messages (RFC 2326) as they come over one TCP connection, mixed with interleaved frames. */
export interface RtspRequest {
  readonly method: string;
  readonly uri: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface RtspReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

const MAX_MESSAGE = 64 * 1024;
const DOLLAR = 0x24;

/** Collects bytes and gives back whole requests; interleaved frames of the client (RTCP) are skipped. */
export class RtspReader {
  private pending = Buffer.alloc(0);

  /** Throws a RangeError when a message is larger than 64 KiB and a SyntaxError when it is not RTSP. */
  push(chunk: Buffer): RtspRequest[] {
    this.pending = Buffer.concat([this.pending, chunk]);
    const requests: RtspRequest[] = [];
    for (let size = this.firstSize(); size !== undefined; size = this.firstSize()) {
      const message = this.pending.subarray(0, size);
      this.pending = this.pending.subarray(size);
      if (message[0] !== DOLLAR) requests.push(parseRequest(message.toString('latin1')));
    }
    if (this.pending.length > MAX_MESSAGE) throw new RangeError('RTSP message too large');
    return requests;
  }

  /** Size of the first message when all of it is here. */
  private firstSize(): number | undefined {
    if (this.pending.length < 4) return undefined;
    if (this.pending[0] === DOLLAR) return this.ifComplete(4 + this.pending.readUInt16BE(2));
    const end = this.pending.indexOf('\r\n\r\n');
    if (end === -1) return undefined;
    const length = /\r\ncontent-length:\s*(\d{1,6})/i.exec(this.pending.toString('latin1', 0, end))?.[1];
    return this.ifComplete(end + 4 + Number(length ?? 0));
  }

  private ifComplete(size: number): number | undefined {
    return this.pending.length >= size ? size : undefined;
  }
}

function parseRequest(text: string): RtspRequest {
  const [first = '', ...lines] = text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n');
  const [, method, uri] = /^([A-Z_]+) (\S+) RTSP\/1\.\d$/.exec(first) ?? [];
  if (method === undefined || uri === undefined) throw new SyntaxError('not an RTSP request');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return { method, uri, headers };
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  454: 'Session Not Found',
  455: 'Method Not Valid in This State',
  461: 'Unsupported Transport',
};

export function formatReply(reply: RtspReply, cseq: string | undefined): string {
  const lines = [`RTSP/1.0 ${reply.status} ${REASONS[reply.status] ?? 'Error'}`, `CSeq: ${cseq ?? '0'}`];
  for (const [name, value] of Object.entries(reply.headers ?? {})) {
    for (const one of [value].flat()) lines.push(`${name}: ${one}`);
  }
  if (reply.body !== undefined) lines.push(`Content-Length: ${Buffer.byteLength(reply.body)}`);
  return `${lines.join('\r\n')}\r\n\r\n${reply.body ?? ''}`;
}
