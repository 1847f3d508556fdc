/** The fixed header of an MQTT packet. */
export interface FrameHead {
  /** Packet type, 0–15. */
  readonly type: number;
  /** The low four bits of the first byte. */
  readonly flags: number;
  /** Bytes of the fixed header, 2–5. */
  readonly headBytes: number;
  /** Bytes of the whole packet. */
  readonly size: number;
}

const MAX_LENGTH_BYTES = 4;
const NOTHING = Buffer.alloc(0);

/**
 * Cuts a byte stream into MQTT packets. The owner refuses a packet by its head before the rest is taken in: `take` sets
 * aside the memory of the whole packet, so that one which comes in small pieces costs no more than its size.
 */
export class FrameReader {
  private rest: Buffer = NOTHING;
  private known: FrameHead | undefined;
  private filling: Buffer | undefined;
  private filled = 0;
  private passing = 0;

  /** Bytes that came and were not taken. */
  get held(): number {
    return this.rest.length + this.filled;
  }

  append(chunk: Buffer): void {
    const passed = Math.min(this.passing, chunk.length);
    this.passing -= passed;
    const rest = passed === 0 ? chunk : chunk.subarray(passed);
    const used = this.filling ? rest.copy(this.filling, this.filled) : 0;
    this.filled += used;
    if (used === rest.length) return;
    const more = used === 0 ? rest : rest.subarray(used);
    this.rest = this.rest.length === 0 ? more : Buffer.concat([this.rest, more]);
  }

  /** The head of the next packet; undefined while it is incomplete. */
  head(): FrameHead | 'malformed-length' | undefined {
    if (this.known || this.rest.length < 2) return this.known;
    const head = readHead(this.rest);
    if (head !== 'malformed-length') this.known = head;
    return head;
  }

  /** The whole next packet; undefined while it is incomplete. Call it after `head` gave one. */
  take(): Buffer | undefined {
    const head = this.known;
    if (!head) return undefined;
    if (!this.filling && this.rest.length < head.size) this.fill(head.size);
    if (this.filling && this.filled < head.size) return undefined;
    const frame = this.filling ?? this.rest.subarray(0, head.size);
    if (!this.filling) this.rest = this.rest.subarray(head.size);
    this.known = undefined;
    this.filling = undefined;
    this.filled = 0;
    return frame;
  }

  /** The first bytes of the next packet, which need not be whole; undefined while fewer are there. */
  peek(bytes: number): Buffer | undefined {
    return this.rest.length < bytes ? undefined : this.rest.subarray(0, bytes);
  }

  /** Lets the next packet go by unread, whole or not. Call it after `head` gave one, and instead of `take`. */
  pass(): void {
    const size = this.known?.size ?? 0;
    this.passing = Math.max(0, size - this.rest.length);
    this.rest = this.rest.subarray(Math.min(size, this.rest.length));
    this.known = undefined;
  }

  clear(): void {
    this.passing = 0;
    this.rest = NOTHING;
    this.known = undefined;
    this.filling = undefined;
    this.filled = 0;
  }

  private fill(size: number): void {
    this.filling = Buffer.allocUnsafeSlow(size);
    this.filled = this.rest.copy(this.filling);
    this.rest = NOTHING;
  }
}

function readHead(bytes: Buffer): FrameHead | 'malformed-length' | undefined {
  const first = bytes[0] ?? 0;
  let length = 0;
  let scale = 1;
  for (let index = 1; index <= MAX_LENGTH_BYTES; index += 1) {
    const byte = bytes[index];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * scale;
    if ((byte & 0x80) === 0) {
      return { type: first >> 4, flags: first & 0x0f, headBytes: index + 1, size: index + 1 + length };
    }
    scale *= 128;
  }
  return 'malformed-length';
}
