import { plain } from './fault.js';

export interface HttpReply {
  readonly status: number;
  readonly body: Buffer;
  /** As the camera writes it; empty where it does not. */
  readonly contentType: string;
  /** Every WWW-Authenticate header, one by one. */
  readonly challenges: readonly string[];
}

/** The camera answers with what is not taken from one. The message says what it is. */
export class ReplyRefused extends Error {}

const MAX_HEAD_BYTES = 16 * 1024;
const MAX_CHUNK_LINE = 1024;
const NOTHING = Buffer.alloc(0);
const LINE_END = '\r\n';

type Headers = ReadonlyMap<string, readonly string[]>;

/** What the reader waits for; `left` are bytes of body. */
type Expects =
  | { readonly part: 'head' | 'chunk-line' | 'chunk-end' | 'trailer' | 'body-until-end' | 'nothing' }
  | { readonly part: 'body' | 'chunk'; left: number };

/**
 * Puts one HTTP/1.1 reply (RFC 9112) together out of the bytes of a connection, however they are cut. Only what fits is
 * held: a head of 16 KB, a body of `mostBytes`. A redirect, an encoding, and whatever is no HTTP are refused as soon as
 * they show.
 */
export class ReplyReader {
  /** The connection serves for another request once the reply is whole. */
  reusable = false;
  private expects: Expects = { part: 'head' };
  private held: Buffer = NOTHING;
  private readonly pieces: Buffer[] = [];
  private size = 0;
  private trailerBytes = 0;
  private head: Omit<HttpReply, 'body'> | undefined;

  constructor(private readonly mostBytes: number) {}

  /** The reply, once it is whole. Throws ReplyRefused. */
  feed(bytes: Buffer): HttpReply | undefined {
    this.held = this.held.length === 0 ? bytes : Buffer.concat([this.held, bytes]);
    while (this.step());
    return this.expects.part === 'nothing' ? this.whole() : undefined;
  }

  /** The camera has closed the connection: the reply, where that is how it ends. */
  end(): HttpReply | undefined {
    return this.expects.part === 'body-until-end' ? this.whole() : undefined;
  }

  /** True where it got on, and may get on further. */
  private step(): boolean {
    const { expects } = this;
    switch (expects.part) {
      case 'head':
        return this.readHead();
      case 'body':
      case 'chunk':
        return this.takeBody(expects);
      case 'body-until-end':
        this.keep(this.cut(this.held.length));
        return false;
      case 'chunk-line':
        return this.readChunkLine();
      case 'chunk-end':
        return this.readChunkEnd();
      case 'trailer':
        return this.readTrailer();
      case 'nothing':
        this.reusable &&= this.held.length === 0;
        return false;
    }
  }

  private readHead(): boolean {
    const end = this.held.indexOf('\r\n\r\n');
    if ((end === -1 ? this.held.length : end) > MAX_HEAD_BYTES) throw new ReplyRefused('not HTTP (a head too large)');
    if (end === -1) {
      if (!looksLikeHttp(this.held)) throw new ReplyRefused('not HTTP');
      return false;
    }
    const [statusLine = '', ...lines] = unfolded(this.cut(end + 4).toString('latin1', 0, end)).split(LINE_END);
    const found = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(statusLine);
    if (!found) throw new ReplyRefused('not HTTP');
    const status = Number(found[2]);
    if (status >= 100 && status < 200 && status !== 101) return true;
    const headers = readHeaders(lines);
    refuseHead(status, headers);
    const { 0: contentType = '' } = headers.get('content-type') ?? [];
    this.head = { status, contentType, challenges: headers.get('www-authenticate') ?? [] };
    this.expects = this.bodyOf(status, headers);
    const connection = (headers.get('connection') ?? []).join().toLowerCase();
    const staysOpen = found[1] === '1' ? !connection.includes('close') : connection.includes('keep-alive');
    this.reusable = staysOpen && this.expects.part !== 'body-until-end';
    return true;
  }

  private bodyOf(status: number, headers: Headers): Expects {
    const [length, ...others] = headers.get('content-length') ?? [];
    const coding = headers.get('transfer-encoding')?.join().trim().toLowerCase();
    if (coding !== undefined && (coding !== 'chunked' || length !== undefined))
      throw new ReplyRefused('not HTTP (an unclear length)');
    if (length !== undefined && (!/^\d{1,15}$/.test(length) || others.some((other) => other !== length)))
      throw new ReplyRefused('not HTTP (an unclear length)');
    if (status === 204 || status === 304) return { part: 'nothing' };
    if (coding !== undefined) return { part: 'chunk-line' };
    if (length === undefined) return { part: 'body-until-end' };
    this.mustFit(Number(length));
    return { part: 'body', left: Number(length) };
  }

  private takeBody(expects: Extract<Expects, { left: number }>): boolean {
    const piece = this.cut(Math.min(this.held.length, expects.left));
    this.keep(piece);
    expects.left -= piece.length;
    if (expects.left > 0) return false;
    this.expects = { part: expects.part === 'body' ? 'nothing' : 'chunk-end' };
    return true;
  }

  private readChunkLine(): boolean {
    const line = this.line(MAX_CHUNK_LINE);
    if (line === undefined) return false;
    const size = /^([\da-f]{1,8})[ \t]*(?:;|$)/i.exec(line)?.[1];
    if (size === undefined) throw new ReplyRefused('not HTTP (a chunk without a size)');
    const left = Number.parseInt(size, 16);
    this.mustFit(left);
    this.expects = left === 0 ? { part: 'trailer' } : { part: 'chunk', left };
    return true;
  }

  private readChunkEnd(): boolean {
    const line = this.line(0);
    if (line === undefined) return false;
    this.expects = { part: 'chunk-line' };
    return true;
  }

  private readTrailer(): boolean {
    const line = this.line(MAX_HEAD_BYTES - this.trailerBytes);
    if (line === undefined) return false;
    this.trailerBytes += line.length;
    if (line === '') this.expects = { part: 'nothing' };
    return true;
  }

  /** The next line, which is at most so long; undefined while its end is not there. */
  private line(most: number): string | undefined {
    const end = this.held.indexOf(LINE_END);
    if ((end === -1 ? this.held.length - 1 : end) > most) throw new ReplyRefused('not HTTP (a line too long)');
    return end === -1 ? undefined : this.cut(end + 2).toString('latin1', 0, end);
  }

  private cut(length: number): Buffer {
    const piece = this.held.subarray(0, length);
    this.held = length === this.held.length ? NOTHING : this.held.subarray(length);
    return piece;
  }

  private keep(piece: Buffer): void {
    this.mustFit(piece.length);
    this.size += piece.length;
    if (piece.length > 0) this.pieces.push(piece);
  }

  private mustFit(more: number): void {
    if (this.size + more > this.mostBytes) throw new ReplyRefused(`more than ${this.mostBytes} bytes`);
  }

  private whole(): HttpReply {
    const [only = NOTHING] = this.pieces;
    const body = this.pieces.length > 1 ? Buffer.concat(this.pieces) : only;
    return { ...(this.head as Omit<HttpReply, 'body'>), body };
  }
}

function looksLikeHttp(start: Buffer): boolean {
  return 'HTTP/1.'.startsWith(start.toString('latin1', 0, 7));
}

/** A header whose value goes on in the next line, which begins with a blank. */
function unfolded(head: string): string {
  return head.replace(/\r\n[ \t]+/g, ' ');
}

function readHeaders(lines: readonly string[]): Headers {
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (colon < 1 || /[^!#-'*+\-.^-z|~]/.test(name)) throw new ReplyRefused('not HTTP (no header)');
    const value = line.slice(colon + 1).trim();
    const values = headers.get(name);
    if (values) values.push(value);
    else headers.set(name, [value]);
  }
  return headers;
}

function refuseHead(status: number, headers: Headers): void {
  const [location = 'nowhere'] = headers.get('location') ?? [];
  if (status >= 300 && status < 400) throw new ReplyRefused(`a redirect to ${plain(location)}`);
  if (status === 101) throw new ReplyRefused('not HTTP (another protocol)');
  const [encoding = 'identity'] = headers.get('content-encoding') ?? [];
  if (encoding !== 'identity') throw new ReplyRefused(`the unasked encoding ${plain(encoding)}`);
}
