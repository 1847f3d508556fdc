import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { type FrameHead, FrameReader } from '../../mqtt/frame-reader.js';
import { type Address, type Delivery, type ProtocolLevel, puback, readAddress, readDelivery } from './delivery.js';
import type { ExternalLimits } from './limits.js';

export interface LineOptions {
  readonly socket: Socket;
  readonly level: ProtocolLevel;
  readonly limits: ExternalLimits;
  /** Whether another message may be taken in; until then the socket is not read. */
  hasRoom(): boolean;
  onMessage(delivery: Delivery): void;
  /** A message that is too large goes by unread. */
  onOversize(address: Address): void;
}

const PUBLISH = 3;
/** Means the same in both versions. */
const DISCONNECT = Buffer.from([0xe0, 0]);
/** Bytes of the topic's length and of the packet id. */
const ADDRESS_BYTES = 4;

/** A broker that breaks the protocol, or sends more than it may. */
export class LineFault extends Error {
  readonly code = 'EPROTO';
}

/**
 * Stands between the socket and the MQTT client, which is given every packet but the messages. The client would handle
 * one message after the other and acknowledge each before it looks at the next, so that a commit could never hold more
 * than one of them; and it has no bound on their size. Messages therefore end here: they go to the sink, `window` of them
 * at a time, and their PUBACKs come back through `acknowledge`.
 */
export class Line extends Duplex {
  private readonly reader = new FrameReader();
  private paused = false;
  private answers: Buffer[] = [];

  constructor(private readonly options: LineOptions) {
    super({ allowHalfOpen: false });
    const { socket } = options;
    socket.on('data', (chunk: Buffer) => this.hear(chunk));
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  /** Sends a PUBACK; those of one turn of the event loop go out together. */
  acknowledge(id: number): void {
    if (!this.destroyed && this.answers.push(puback(id)) === 1) process.nextTick(() => this.flush());
  }

  /** Reads on after `hasRoom` had said no. */
  roomAgain(): void {
    if (!this.paused || this.destroyed || !this.options.hasRoom()) return;
    this.paused = false;
    this.pump();
    if (!this.paused) this.options.socket.resume();
  }

  /** Takes nothing more in. */
  quiet(): void {
    this.paused = true;
    this.options.socket.pause();
  }

  /** Ends in good order. The session stays at the broker. */
  leave(): void {
    if (this.destroyed) return;
    this.flush();
    this.options.socket.write(DISCONNECT);
    this.destroy();
  }

  override _read(): void {
    // Packets come as the broker sends them; the room for messages is what bounds them.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.send(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.send(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.flush();
    this.options.socket.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.reader.clear();
    this.flush();
    const { socket } = this.options;
    if (socket.connecting) socket.destroy();
    else socket.destroySoon();
    done(error);
  }

  private send(bytes: Buffer, done: (error?: Error | null) => void): void {
    const { socket } = this.options;
    if (socket.destroyed) return done();
    if (socket.write(bytes)) done();
    else socket.once('drain', () => done());
  }

  private flush(): void {
    if (this.answers.length === 0) return;
    const bytes = Buffer.concat(this.answers);
    this.answers = [];
    if (this.options.socket.writable) this.options.socket.write(bytes);
  }

  private hear(chunk: Buffer): void {
    if (this.destroyed) return;
    this.reader.append(chunk);
    if (!this.paused) this.pump();
  }

  private pump(): void {
    while (!this.destroyed && !this.paused) {
      const head = this.reader.head();
      if (head === undefined) return;
      if (head === 'malformed-length') return this.fault('a packet has no valid length');
      if (!(head.type === PUBLISH ? this.message(head) : this.control(head))) return;
    }
  }

  /** False while the packet is not complete. */
  private control(head: FrameHead): boolean {
    if (head.size > this.options.limits.controlBytes) {
      this.fault(`a packet of type ${head.type} has ${head.size} bytes`);
      return false;
    }
    const frame = this.reader.take();
    if (frame) this.push(frame);
    return frame !== undefined;
  }

  private message(head: FrameHead): boolean {
    const { limits, level, onMessage, hasRoom } = this.options;
    if (head.size > limits.packetBytes) return this.oversize(head);
    if (!hasRoom()) {
      this.quiet();
      return false;
    }
    const frame = this.reader.take();
    if (!frame) return false;
    const delivery = readDelivery(frame, head, level);
    if (delivery) onMessage(delivery);
    else this.fault('a message is malformed');
    return true;
  }

  /** Its address is read and the rest never held. */
  private oversize(head: FrameHead): boolean {
    const start = this.reader.peek(head.headBytes + 2);
    if (!start) return false;
    const front = this.reader.peek(head.headBytes + start.readUInt16BE(head.headBytes) + ADDRESS_BYTES);
    if (!front) return false;
    const address = readAddress(front, head);
    this.reader.pass();
    if (address) this.options.onOversize(address);
    else this.fault('a message is malformed');
    return true;
  }

  private fault(what: string): void {
    this.destroy(new LineFault(what));
  }
}
