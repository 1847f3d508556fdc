/** Why a multipart body cannot be read. */
export type MultipartFault = 'part-head' | 'too-many-parts' | 'message-too-large' | 'truncated';

export class MultipartRefused extends Error {
  constructor(readonly fault: MultipartFault) {
    super(fault);
  }
}

export interface MultipartLimits {
  /** Of the part that is kept. */
  readonly messageBytes: number;
  readonly headBytes: number;
  readonly parts: number;
}

const CRLF2 = Buffer.from('\r\n\r\n');
const MESSAGE_TYPE = /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml)$)/;

const BOUNDARY = /^boundary="?([\w'()+,./:=? -]{0,69}[\w'()+,./:=?-])"?$/i;

type State = 'between' | 'head' | 'part' | 'end';

/**
 * Takes a multipart body apart as it comes (RFC 2046, 5.1). The first part of JSON, XML or text is the message; of all
 * others nothing is kept but their number.
 */
export class PartSplitter {
  pictures = 0;
  private state: State = 'between';
  private parts = 0;
  private keeping = false;
  private found = false;
  private readonly kept: Buffer[] = [];
  private keptBytes = 0;
  /** Of the line break in front of a part. */
  private toSkip = 0;
  private readonly delimiter: Buffer;
  /** The delimiter of the first part may stand at the very beginning. */
  private rest: Buffer = Buffer.from('\r\n');

  constructor(
    boundary: string,
    private readonly limits: MultipartLimits,
  ) {
    this.delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  }

  /** The message; undefined where no part was one. */
  get message(): Buffer | undefined {
    return this.found ? Buffer.concat(this.kept) : undefined;
  }

  /** Throws MultipartRefused. */
  push(chunk: Buffer): void {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    while (this.step());
  }

  /** The body is over. Throws MultipartRefused where the message is not whole. */
  finish(): void {
    const whole = this.state === 'end' || (this.found && !this.keeping);
    if (!whole) throw new MultipartRefused('truncated');
  }

  private step(): boolean {
    switch (this.state) {
      case 'between':
        return this.skipToDelimiter();
      case 'head':
        return this.readHead();
      case 'part':
        return this.readPart();
      case 'end':
        this.rest = Buffer.alloc(0);
        return false;
    }
  }

  private skipToDelimiter(): boolean {
    const at = this.rest.indexOf(this.delimiter);
    if (at === -1) {
      this.rest = this.tail();
      return false;
    }
    this.rest = this.rest.subarray(at + this.delimiter.length);
    this.state = 'head';
    return true;
  }

  /** From behind the delimiter to the empty line; two hyphens there end the body. */
  private readHead(): boolean {
    if (this.rest.length < 2) return false;
    if (this.rest[0] === 0x2d && this.rest[1] === 0x2d) {
      this.state = 'end';
      return true;
    }
    const at = this.rest.indexOf(CRLF2);
    if (at > this.limits.headBytes || (at === -1 && this.rest.length > this.limits.headBytes)) {
      throw new MultipartRefused('part-head');
    }
    if (at === -1) return false;
    this.begin(this.rest.subarray(0, at).toString('latin1'));
    // The delimiter behind an empty part begins with the line break of the empty line.
    this.rest = this.rest.subarray(at + 2);
    this.toSkip = 2;
    this.state = 'part';
    return true;
  }

  private begin(head: string): void {
    this.parts += 1;
    if (this.parts > this.limits.parts) throw new MultipartRefused('too-many-parts');
    const isMessage = isMessagePart(head);
    this.keeping = isMessage && !this.found;
    this.found ||= this.keeping;
    if (!isMessage) this.pictures += 1;
  }

  private readPart(): boolean {
    const at = this.rest.indexOf(this.delimiter);
    if (at === -1) {
      const tail = this.tail();
      this.keep(this.rest.subarray(0, this.rest.length - tail.length));
      this.rest = tail;
      return false;
    }
    this.keep(this.rest.subarray(0, at));
    this.keeping = false;
    this.rest = this.rest.subarray(at + this.delimiter.length);
    this.state = 'head';
    return true;
  }

  private keep(content: Buffer): void {
    const bytes = content.subarray(this.toSkip);
    this.toSkip -= content.length - bytes.length;
    if (!this.keeping || bytes.length === 0) return;
    this.keptBytes += bytes.length;
    if (this.keptBytes > this.limits.messageBytes) throw new MultipartRefused('message-too-large');
    this.kept.push(Buffer.from(bytes));
  }

  /** The end of what is there, in which a delimiter may have begun; copied, so that it holds no large buffer. */
  private tail(): Buffer {
    return Buffer.from(this.rest.subarray(Math.max(0, this.rest.length - this.delimiter.length + 1)));
  }
}

/** The boundary of a multipart content type; undefined where it is none, or has none that RFC 2046 allows. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  for (const parameter of (contentType ?? '').split(';').slice(1)) {
    const boundary = BOUNDARY.exec(parameter.trim())?.[1];
    if (boundary !== undefined) return boundary;
  }
  return undefined;
}

export function isMultipart(contentType: string | undefined): boolean {
  return /^multipart\//i.test(contentType ?? '');
}

/** A part that does not say what it is, is text unless it is a file. */
function isMessagePart(head: string): boolean {
  const type = /^content-type:\s*([^\s;]+)/im.exec(head)?.[1]?.toLowerCase();
  if (type !== undefined) return MESSAGE_TYPE.test(type);
  return !/^content-disposition:[^\r\n]*;\s*filename\*?=/im.test(head);
}
