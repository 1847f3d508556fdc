import type { FrameFault } from './reasons.js';

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

/**
 * Cuts a byte stream into MQTT packets. It holds no more than one packet and the chunk that brought its end; the owner
 * refuses a packet by its head before the rest is taken in.
 */
export class FrameReader {
  private parts: Buffer[] = [];
  private bytes = 0;
  private known: FrameHead | undefined;

  /** Bytes that came and were not taken. */
  get held(): number {
    return this.bytes;
  }

  append(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.parts.push(chunk);
    this.bytes += chunk.length;
  }

  /** The head of the next packet; undefined while it is incomplete. */
  head(): FrameHead | 'malformed-length' | undefined {
    if (this.known || this.bytes < 2) return this.known;
    const head = readHead(this.front(Math.min(this.bytes, 1 + MAX_LENGTH_BYTES)));
    if (head !== undefined && head !== 'malformed-length') this.known = head;
    return head;
  }

  /** The whole next packet; undefined while it is incomplete. Call it after `head` gave one. */
  take(): Buffer | undefined {
    const head = this.known;
    if (!head || this.bytes < head.size) return undefined;
    const front = this.front(this.bytes);
    this.known = undefined;
    this.bytes -= head.size;
    this.parts = this.bytes === 0 ? [] : [front.subarray(head.size)];
    return this.bytes === 0 ? front : front.subarray(0, head.size);
  }

  clear(): void {
    this.parts = [];
    this.bytes = 0;
    this.known = undefined;
  }

  /** The first part, made at least `length` bytes long. */
  private front(length: number): Buffer {
    const first = this.parts[0];
    if (first && first.length >= length) return first;
    const whole = Buffer.concat(this.parts, this.bytes);
    this.parts = [whole];
    return whole;
  }
}

function readHead(bytes: Buffer): FrameHead | Extract<FrameFault, 'malformed-length'> | undefined {
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
