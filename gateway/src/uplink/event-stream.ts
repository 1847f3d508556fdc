import { AnGridError } from '@angrid/contract';

/** One server-sent event. */
export interface StreamEvent {
  readonly event: string;
  readonly id: string;
  readonly data: string;
}

const NEWLINE = 0x0a;

/**
 * Reads server-sent events (WHATWG HTML, 9.2) from the chunks of a response. An event may have `maxBytes`; a stream that
 * exceeds it throws `input.too-large`. Comments and fields without a meaning here are passed over.
 */
export class EventStreamReader {
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private fields = { event: '', id: '', data: [] as string[] };
  private fieldBytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** The events that this chunk completes. */
  push(chunk: Buffer): StreamEvent[] {
    const events: StreamEvent[] = [];
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      this.hold(chunk.subarray(from, end));
      const event = this.line(Buffer.concat(this.pending).toString('utf8').replace(/\r$/, ''));
      if (event) events.push(event);
      this.pending = [];
      this.pendingBytes = 0;
      from = end + 1;
    }
    this.hold(chunk.subarray(from));
    return events;
  }

  private hold(bytes: Buffer): void {
    this.pendingBytes += bytes.length;
    if (this.pendingBytes + this.fieldBytes > this.maxBytes) {
      throw new AnGridError('input.too-large', {
        op: 'channel.read',
        detail: `an event is over ${this.maxBytes} bytes`,
      });
    }
    if (bytes.length > 0) this.pending.push(bytes);
  }

  private line(line: string): StreamEvent | undefined {
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') this.fields.event = value;
    if (name === 'id') this.fields.id = value;
    if (name === 'data') {
      this.fields.data.push(value);
      this.fieldBytes += Buffer.byteLength(value);
    }
    return undefined;
  }

  private dispatch(): StreamEvent | undefined {
    const { event, id, data } = this.fields;
    this.fields = { event: '', id: '', data: [] };
    this.fieldBytes = 0;
    return data.length === 0 ? undefined : { event: event || 'message', id, data: data.join('\n') };
  }
}
