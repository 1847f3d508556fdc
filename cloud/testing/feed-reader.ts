import type { ConsoleClient } from './console-client.js';

export interface FeedMessage {
  readonly id: number | undefined;
  readonly event: string;
  readonly data: Record<string, unknown> & { readonly subject?: string; readonly payload?: Record<string, unknown> };
}

/** One reading of the live feed, message by message. */
export class FeedReader {
  private buffered = '';
  private readonly decoder = new TextDecoder();

  private constructor(
    private readonly reader: ReadableStreamDefaultReader<Uint8Array>,
    private readonly abort: AbortController,
  ) {}

  static async open(client: ConsoleClient, after?: number): Promise<FeedReader> {
    const abort = new AbortController();
    const headers: Record<string, string> = { cookie: client.cookie };
    if (after !== undefined) headers['last-event-id'] = String(after);
    const response = await fetch(`${client.url}/api/feed`, { headers, signal: abort.signal });
    if (!response.ok || !response.body) throw new Error(`the feed answered ${response.status}`);
    return new FeedReader(response.body.getReader(), abort);
  }

  /** The next message; undefined where the stream ends. */
  async next(): Promise<FeedMessage | undefined> {
    for (;;) {
      const end = this.buffered.indexOf('\n\n');
      if (end >= 0) {
        const block = this.buffered.slice(0, end);
        this.buffered = this.buffered.slice(end + 2);
        const message = parse(block);
        if (message) return message;
        continue;
      }
      const { done, value } = await this.reader.read().catch(() => ({ done: true, value: undefined }));
      if (done || value === undefined) return undefined;
      this.buffered += this.decoder.decode(value, { stream: true });
    }
  }

  /** The next message that fits; what comes before it is passed over. */
  async find(fits: (message: FeedMessage) => boolean): Promise<FeedMessage> {
    for (let message = await this.next(); message; message = await this.next()) if (fits(message)) return message;
    throw new Error('the feed ended before');
  }

  close(): void {
    this.abort.abort();
  }
}

function parse(block: string): FeedMessage | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const colon = line.indexOf(': ');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 2));
  }
  const [event, data, id] = [fields.get('event'), fields.get('data'), fields.get('id')];
  if (event === undefined || data === undefined) return undefined;
  return { event, id: id === undefined ? undefined : Number(id), data: JSON.parse(data) as FeedMessage['data'] };
}
