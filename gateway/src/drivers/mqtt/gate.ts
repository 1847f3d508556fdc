import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Clock } from '@angrid/runtime';
import type { ByteBudget } from './byte-budget.js';
import { checkFrame, PacketType } from './frame-check.js';
import { type FrameHead, FrameReader } from './frame-reader.js';
import type { BrokerLimits } from './limits.js';
import type { CloseReason, FrameFault } from './reasons.js';
import type { TokenBucket } from './token-bucket.js';

export interface GateOptions {
  readonly socket: Socket;
  readonly limits: BrokerLimits;
  readonly clock: Clock;
  readonly budget: ByteBudget;
  /** Called once, when a well-formed CONNECT has come in; nothing more is read until `open` or the end. */
  readonly onConnect: () => void;
  /** Called each time when the rate of the device makes its packets wait. */
  readonly onThrottled: () => void;
}

/** What is allowed from the moment on at which the panel is known. */
export interface GatePass {
  readonly packetBytes: number;
  readonly bucket: TokenBucket;
  /** 1.5 times the keep-alive that holds for the connection, in milliseconds. */
  readonly silenceMs: number;
}

const PINGRESP = Buffer.from([0xd0, 0]);
/** CONNACK 1: unacceptable protocol version. */
const WRONG_VERSION = Buffer.from([0x20, 2, 0, 1]);

type Pause = 'room' | 'rate' | 'memory';

/**
 * Stands between a panel's socket and the broker, and lets only whole, well-formed, affordable packets through:
 *
 *     greeting ── CONNECT ──► checking ── open() ──► open ── DISCONNECT ──► ended
 *
 * In `greeting` it takes one CONNECT of bounded size. In `checking` the socket is not read. In `open` each packet costs
 * a token of its device, and each PUBLISH reserves the bytes after its fixed header until `settle` says that the sink is done with it. Where
 * there is no room the socket is not read, so that TCP slows the panel down and nothing is dropped. In `ended` nothing
 * more is taken. The gate answers PINGREQ itself: a panel must not think that we are gone while its messages wait.
 */
export class Gate extends Duplex {
  private readonly reader = new FrameReader();
  private phase: 'greeting' | 'checking' | 'open' | 'ended' = 'greeting';
  private pass: GatePass | undefined;
  private paused: Pause | undefined;
  private endPause: () => void = () => undefined;
  private tokenFor: FrameHead | undefined;
  private roomFor: FrameHead | undefined;
  private owed = 0;
  private inside = 0;
  private atSink = 0;
  private messages = 0;
  private heardAt: number;
  private frameSince: number | undefined;
  private closedFor: CloseReason | undefined;

  constructor(private readonly options: GateOptions) {
    super({ allowHalfOpen: false });
    this.heardAt = options.clock.monotonic();
    const { socket } = options;
    socket.on('data', (chunk: Buffer) => this.hear(chunk));
    socket.on('end', () => this.push(null));
    socket.on('error', () => this.destroy());
    socket.on('close', () => this.destroy());
  }

  /** Why it closed; undefined where the other side went away or while it is open. */
  get reason(): CloseReason | undefined {
    return this.closedFor;
  }

  /** PUBLISH packets let through and not settled. */
  get pending(): number {
    return this.messages;
  }

  /** Lets the packets of a known panel through. */
  open(pass: GatePass): void {
    this.pass = pass;
    this.phase = 'open';
    this.heardAt = this.options.clock.monotonic();
    this.pump();
    if (!this.paused) this.options.socket.resume();
  }

  /** Says why the connection is about to end in good order; the first reason stays. */
  note(reason: CloseReason): void {
    this.closedFor ??= reason;
  }

  /** Ends the connection at once. */
  refuse(reason: CloseReason): void {
    this.note(reason);
    this.options.socket.destroy();
    this.destroy();
  }

  /** A message of ours goes to the panel; its acknowledgement will cost no token. */
  owe(): void {
    this.owed += 1;
  }

  /** The sink now holds a message of `bytes`: they stay in memory even where the connection ends. */
  handOver(bytes: number): void {
    this.inside -= bytes;
    this.atSink += bytes;
  }

  /** The sink is done with a message that was handed over. */
  settle(bytes: number): void {
    this.atSink -= bytes;
    this.messages -= 1;
    this.options.budget.release(bytes);
    if (this.paused === 'room') this.resumeReading();
  }

  /** Refuses what took too long. Called a few times a second. */
  inspect(now: number): void {
    const { limits, socket } = this.options;
    if (socket.writableLength > limits.outboundBytes) return this.refuse('slow-reader');
    if (this.phase !== 'open' || this.paused) return;
    if (this.frameSince !== undefined && now - this.frameSince > limits.packetMs) return this.refuse('packet-timeout');
    if (this.pass && now - this.heardAt > this.pass.silenceMs) this.refuse('keep-alive');
  }

  override _read(): void {
    // Packets come as the panel sends them; room is measured by what the sink still has to do.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.send(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.send(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.options.socket.end();
    done();
  }

  override _destroy(_error: Error | null, done: (error?: Error | null) => void): void {
    this.endPause();
    this.reader.clear();
    this.options.budget.release(this.inside);
    this.inside = 0;
    this.options.socket.destroySoon();
    done(null);
  }

  private send(bytes: Buffer, done: () => void): void {
    const { socket } = this.options;
    if (socket.write(bytes) || socket.destroyed) return done();
    socket.once('drain', done);
  }

  private hear(chunk: Buffer): void {
    if (this.destroyed) return;
    this.heardAt = this.options.clock.monotonic();
    this.reader.append(chunk);
    this.pump();
  }

  private pump(): void {
    while (!this.destroyed && !this.paused && (this.phase === 'greeting' || this.phase === 'open')) {
      const head = this.reader.head();
      if (head === undefined) return;
      const fault = head === 'malformed-length' ? head : this.faultOf(head);
      if (fault || head === 'malformed-length') return this.refuse(fault ?? 'malformed-length');
      if (!this.pay(head)) return;
      const frame = this.reader.take();
      if (!frame) {
        this.frameSince ??= this.options.clock.monotonic();
        return;
      }
      this.letThrough(frame, head);
    }
  }

  private letThrough(frame: Buffer, head: FrameHead): void {
    this.frameSince = undefined;
    const fault = checkFrame(frame, head, this.options.limits);
    if (fault === 'protocol-version') return this.refuseVersion();
    if (fault) return this.refuse(fault);
    if (head.type === PacketType.pingreq) return void this.write(PINGRESP);
    this.push(frame);
    if (head.type === PacketType.disconnect) {
      this.phase = 'ended';
      this.note('disconnected');
    }
    if (this.phase === 'greeting') this.greeted();
  }

  private refuseVersion(): void {
    this.note('protocol-version');
    this.options.socket.write(WRONG_VERSION);
    this.destroy();
  }

  private greeted(): void {
    this.phase = 'checking';
    this.options.socket.pause();
    this.options.onConnect();
  }

  /** What the head alone forbids, before the rest of the packet is taken in. */
  private faultOf({ type, size }: FrameHead): FrameFault | undefined {
    const { limits } = this.options;
    if (this.phase === 'greeting') {
      if (type !== PacketType.connect) return 'not-connect';
      return size > limits.connectBytes ? 'connect-too-large' : undefined;
    }
    if (type === PacketType.connect) return 'second-connect';
    const most = type === PacketType.publish ? (this.pass?.packetBytes ?? 0) : limits.controlBytes;
    return size > most ? 'packet-too-large' : undefined;
  }

  /** Takes the token and the room that a packet needs, each once; false where it has to wait for one of them. */
  private pay(head: FrameHead): boolean {
    if (!this.pass) return true;
    if (this.tokenFor !== head && !this.isOwed(head) && !this.pass.bucket.take()) {
      return this.pauseForRate(this.pass.bucket);
    }
    this.tokenFor = head;
    if (head.type !== PacketType.publish || this.roomFor === head) return true;
    if (!this.reserve(head.size - head.headBytes)) return false;
    this.roomFor = head;
    return true;
  }

  private isOwed({ type }: FrameHead): boolean {
    if (type !== PacketType.puback || this.owed === 0) return false;
    this.owed -= 1;
    return true;
  }

  private reserve(bytes: number): boolean {
    const { limits, budget } = this.options;
    const full = this.inside + this.atSink + bytes > limits.pendingBytes;
    if (this.messages >= limits.pendingMessages || (this.messages > 0 && full)) return this.pauseReading('room');
    if (!budget.reserve(bytes)) {
      this.endPause = budget.wait(() => this.resumeReading());
      return this.pauseReading('memory');
    }
    this.inside += bytes;
    this.messages += 1;
    return true;
  }

  private pauseForRate(bucket: TokenBucket): false {
    this.options.onThrottled();
    this.endPause = this.options.clock.after(bucket.wait, () => this.resumeReading());
    return this.pauseReading('rate');
  }

  private pauseReading(pause: Pause): false {
    this.paused = pause;
    this.options.socket.pause();
    return false;
  }

  private resumeReading(): void {
    this.paused = undefined;
    if (this.destroyed) return;
    this.heardAt = this.options.clock.monotonic();
    this.pump();
    if (!this.paused) this.options.socket.resume();
  }
}
