import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Clock } from '@angrid/runtime';
import { Allowance, bytesOf } from './allowance.js';
import type { ByteBudget } from '../../bounds/byte-budget.js';
import { checkFrame, PacketType } from './frame-check.js';
import { type FrameHead, FrameReader } from '../../mqtt/frame-reader.js';
import type { BrokerLimits } from './limits.js';
import { type Published, readPublish } from './publish-packet.js';
import type { CloseReason, FrameFault } from './reasons.js';
import type { TokenBucket } from '../../bounds/token-bucket.js';

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

/** What is allowed, and where messages go, from the moment on at which the panel is known. */
export interface GatePass {
  readonly packetBytes: number;
  readonly bucket: TokenBucket;
  /** 1.5 times the keep-alive that holds for the connection, in milliseconds. */
  readonly silenceMs: number;
  readonly receiver: Receiver;
}

/** Takes the messages of the panel. Each is settled with the gate, when its bytes are no longer needed. */
export interface Receiver {
  publish(packet: Published): void;
  /** The panel has the PUBREC of this packet id (QoS 2). */
  release(id: number): void;
}

interface Open extends GatePass {
  readonly allowance: Allowance;
}

const PINGRESP = Buffer.from([0xd0, 0]);
/** CONNACK 1: unacceptable protocol version. */
const WRONG_VERSION = Buffer.from([0x20, 2, 0, 1]);

/**
 * Stands between a panel's socket and the broker, and takes in only whole, well-formed, affordable packets:
 *
 *     greeting ── CONNECT ──► checking ── open() ──► open ── DISCONNECT ──► ended
 *
 * In `greeting` it takes one CONNECT of bounded size. In `checking` the socket is not read. In `open` a packet that is
 * not allowed yet leaves the socket unread, so that TCP slows the panel down and nothing is dropped.
 *
 * Towards the broker it is a stream of CONNECT, SUBSCRIBE, UNSUBSCRIBE and PUBACK. Messages go to the receiver, and
 * PINGREQ and DISCONNECT end here.
 */
export class Gate extends Duplex {
  private readonly reader = new FrameReader();
  private phase: 'greeting' | 'checking' | 'open' | 'ended' = 'greeting';
  private granted: Open | undefined;
  private paused = false;
  private heardAt: number;
  private frameSince: number | undefined;
  private closedFor: CloseReason | undefined;
  private answers: Buffer[] = [];

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

  /** Messages that the receiver has not settled. */
  get pending(): number {
    return this.granted?.allowance.pending ?? 0;
  }

  /** Lets the packets of a known panel through. */
  open(pass: GatePass): void {
    const { limits, clock, budget, onThrottled } = this.options;
    const onRoom = (): void => this.resumeReading();
    const allowance = new Allowance({ limits, clock, budget, bucket: pass.bucket, onRoom, onThrottled });
    this.granted = { ...pass, allowance };
    this.phase = 'open';
    this.resumeReading();
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

  /** A message of the gateway goes to the panel, who will acknowledge it. */
  owe(): void {
    this.granted?.allowance.owe();
  }

  /** A message of `bytes` is needed no longer. */
  settle(bytes: number): void {
    this.granted?.allowance.settle(bytes);
  }

  /** Sends an acknowledgement; those of one turn of the event loop go out together. */
  answer(packet: Buffer): void {
    if (this.answers.push(packet) === 1) process.nextTick(() => this.flush());
  }

  /** Refuses what took too long. Called a few times a second. */
  inspect(now: number): void {
    const { limits, socket } = this.options;
    if (socket.writableLength > limits.outboundBytes) return this.refuse('slow-reader');
    if (!this.granted || this.paused) return;
    if (this.frameSince !== undefined && now - this.frameSince > limits.packetMs) return this.refuse('packet-timeout');
    if (now - this.heardAt > this.granted.silenceMs) this.refuse('keep-alive');
  }

  override _read(): void {
    // Packets come as the panel sends them; room is measured by what the receiver still has to do.
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
    this.phase = 'ended';
    this.reader.clear();
    this.granted?.allowance.close();
    this.flush();
    this.options.socket.destroySoon();
    done(null);
  }

  private send(bytes: Buffer, done: () => void): void {
    const { socket } = this.options;
    if (socket.write(bytes) || socket.destroyed) return done();
    socket.once('drain', done);
  }

  private flush(): void {
    const { answers } = this;
    const [first] = answers;
    if (!first) return;
    this.answers = [];
    if (this.options.socket.writable) this.options.socket.write(answers.length === 1 ? first : Buffer.concat(answers));
  }

  private hear(chunk: Buffer): void {
    if (this.phase === 'ended') return;
    this.heardAt = this.options.clock.monotonic();
    this.reader.append(chunk);
    this.pump();
  }

  private pump(): void {
    while (this.phase === 'greeting' || this.phase === 'open') {
      const head = this.reader.head();
      if (head === undefined) return;
      if (head === 'malformed-length') return this.refuse(head);
      const fault = this.faultOf(head);
      if (fault) return this.refuse(fault);
      if (this.granted && !this.granted.allowance.grant(head)) return this.pauseReading();
      const frame = this.reader.take();
      if (!frame) {
        this.frameSince ??= this.options.clock.monotonic();
        return;
      }
      this.frameSince = undefined;
      this.admit(frame, head);
    }
  }

  /** What the head alone forbids, before the rest of the packet is taken in. */
  private faultOf({ type, size }: FrameHead): FrameFault | undefined {
    const { limits } = this.options;
    if (!this.granted) {
      if (type !== PacketType.connect) return 'not-connect';
      return size > limits.connectBytes ? 'connect-too-large' : undefined;
    }
    if (type === PacketType.connect) return 'second-connect';
    return size > (type === PacketType.publish ? this.granted.packetBytes : limits.controlBytes)
      ? 'packet-too-large'
      : undefined;
  }

  private admit(frame: Buffer, head: FrameHead): void {
    const fault = checkFrame(frame, head, this.options.limits);
    if (fault === 'protocol-version') return this.refuseVersion();
    if (fault) return this.refuse(fault);
    if (this.granted) this.dispatch(frame, head, this.granted);
    else this.greeted(frame);
  }

  private greeted(frame: Buffer): void {
    this.phase = 'checking';
    this.options.socket.pause();
    this.push(frame);
    this.options.onConnect();
  }

  private dispatch(frame: Buffer, head: FrameHead, { receiver, allowance }: Open): void {
    switch (head.type) {
      case PacketType.publish:
        allowance.handOver(bytesOf(head));
        return receiver.publish(readPublish(frame, head));
      case PacketType.pubrel:
        return receiver.release(frame.readUInt16BE(head.headBytes));
      case PacketType.pingreq:
        return this.answer(PINGRESP);
      case PacketType.disconnect:
        this.note('disconnected');
        return void this.destroy();
      default:
        this.push(frame);
    }
  }

  private refuseVersion(): void {
    this.note('protocol-version');
    this.answer(WRONG_VERSION);
    this.destroy();
  }

  private pauseReading(): void {
    this.paused = true;
    this.options.socket.pause();
  }

  /** Time in which the socket was not read is no silence of the panel. */
  private resumeReading(): void {
    if (this.phase !== 'open') return;
    this.paused = false;
    this.heardAt = this.options.clock.monotonic();
    this.pump();
    if (!this.paused) this.options.socket.resume();
  }
}
