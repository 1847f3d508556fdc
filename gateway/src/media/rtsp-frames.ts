import { AnGridError } from '@angrid/contract';
import { readMessage, type RtspMessage } from './rtsp-wire.js';

/** Who takes what an RTSP connection carries, in order. */
export interface RtspSink {
  /** One interleaved packet (RFC 2326 10.12); `packet` is valid during the call only. */
  packet(channel: number, packet: Buffer): void;
  message(message: RtspMessage): void;
}

const DOLLAR = 0x24;
const HEADER = 4;
const NOTHING = Buffer.alloc(0);

/**
 * Takes the byte stream of a camera apart, whole packet by whole packet, without copying what a chunk holds whole.
 * Throws `media.stream-hostile` for what is not RTSP, and whatever the sink throws.
 */
export class RtspFrames {
  private held: Buffer = NOTHING;

  constructor(private readonly sink: RtspSink) {}

  /** The chunk may be used for other things after the call. */
  push(chunk: Buffer): void {
    const bytes = this.held.length === 0 ? chunk : this.complete(chunk);
    let at = 0;
    for (let end = this.take(bytes, at); end > at; end = this.take(bytes, at)) at = end;
    if (bytes !== this.held || at > 0) this.held = at < bytes.length ? Buffer.from(bytes.subarray(at)) : NOTHING;
  }

  /** Hands on the packet that was cut in two, without touching the rest of the chunk; or joins what cannot be told yet. */
  private complete(chunk: Buffer): Buffer {
    const { held } = this;
    if (held[0] !== DOLLAR || held.length < HEADER) return (this.held = Buffer.concat([held, chunk]));
    const missing = HEADER + held.readUInt16BE(2) - held.length;
    if (chunk.length < missing) return (this.held = Buffer.concat([held, chunk]));
    const whole = Buffer.concat([held, chunk.subarray(0, missing)]);
    this.held = NOTHING;
    this.sink.packet(whole[1] ?? 0, whole.subarray(HEADER));
    return chunk.subarray(missing);
  }

  /** Hands on what starts at `at`, if it is whole, and gives its end; `at` where it is not. */
  private take(bytes: Buffer, at: number): number {
    const first = bytes[at];
    if (first === undefined) return at;
    if (first === 0x0d || first === 0x0a) return at + 1;
    if (first === DOLLAR) {
      const end = bytes.length - at < HEADER ? Infinity : at + HEADER + bytes.readUInt16BE(at + 2);
      if (end > bytes.length) return at;
      this.sink.packet(bytes[at + 1] ?? 0, bytes.subarray(at + HEADER, end));
      return end;
    }
    const found = readMessage(bytes, at);
    if (!found) return at;
    this.sink.message(found.message);
    return found.end;
  }
}

/** What a camera sends must be worth its parts: everything that breaks the format ends the session. */
export function hostile(op: string, detail: string): AnGridError {
  return new AnGridError('media.stream-hostile', { op, detail });
}
