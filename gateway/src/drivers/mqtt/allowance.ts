import type { Clock } from '@angrid/runtime';
import type { ByteBudget } from '../../bounds/byte-budget.js';
import { PacketType } from './frame-check.js';
import type { FrameHead } from '../../mqtt/frame-reader.js';
import type { BrokerLimits } from './limits.js';
import type { TokenBucket } from '../../bounds/token-bucket.js';

export interface AllowanceOptions {
  readonly limits: Pick<BrokerLimits, 'pendingMessages' | 'pendingBytes'>;
  readonly clock: Clock;
  readonly bucket: TokenBucket;
  readonly budget: ByteBudget;
  /** Called when a packet that had to wait may be tried again. */
  readonly onRoom: () => void;
  /** Called each time when the rate of the device makes a packet wait. */
  readonly onThrottled: () => void;
}

/**
 * What one panel may send now. Each packet costs a token of its device, but for the acknowledgement of a message that
 * the gateway sent. Each PUBLISH also needs room, among the panel's own messages and in the memory of all, from its head
 * on until `settle`.
 */
export class Allowance {
  private tokenFor: FrameHead | undefined;
  private roomFor: FrameHead | undefined;
  private owed = 0;
  private messages = 0;
  /** Bytes of messages that are still coming in, and of those that the sink has. */
  private coming = 0;
  private atSink = 0;
  private waitsForRoom = false;
  private endWait: () => void = () => undefined;

  constructor(private readonly options: AllowanceOptions) {}

  /** PUBLISH packets granted and not settled. */
  get pending(): number {
    return this.messages;
  }

  /** Whether the packet may be taken in; asked again with the same head, it costs nothing more. */
  grant(head: FrameHead): boolean {
    return this.pay(head) && this.makeRoom(head);
  }

  /** A message of the gateway goes to the panel. */
  owe(): void {
    this.owed += 1;
  }

  /** The sink now holds a message of `bytes`: they stay in memory even where the connection ends. */
  handOver(bytes: number): void {
    this.coming -= bytes;
    this.atSink += bytes;
  }

  /** The sink is done with a message that was handed over. */
  settle(bytes: number): void {
    this.atSink -= bytes;
    this.messages -= 1;
    this.options.budget.release(bytes);
    if (!this.waitsForRoom) return;
    this.waitsForRoom = false;
    this.options.onRoom();
  }

  /** Gives back what was granted to packets that will not come any more. */
  close(): void {
    this.endWait();
    this.waitsForRoom = false;
    this.options.budget.release(this.coming);
    this.coming = 0;
  }

  private pay(head: FrameHead): boolean {
    if (this.tokenFor === head) return true;
    const { bucket, clock, onRoom, onThrottled } = this.options;
    if (head.type === PacketType.puback && this.owed > 0) {
      this.owed -= 1;
    } else if (!bucket.take()) {
      onThrottled();
      this.endWait = clock.after(bucket.wait, onRoom);
      return false;
    }
    this.tokenFor = head;
    return true;
  }

  private makeRoom(head: FrameHead): boolean {
    if (head.type !== PacketType.publish || this.roomFor === head) return true;
    const { limits, budget, onRoom } = this.options;
    const bytes = bytesOf(head);
    const tooMany = this.messages >= limits.pendingMessages;
    if (tooMany || (this.messages > 0 && this.coming + this.atSink + bytes > limits.pendingBytes)) {
      this.waitsForRoom = true;
      return false;
    }
    if (!budget.reserve(bytes)) {
      this.endWait = budget.wait(onRoom);
      return false;
    }
    this.roomFor = head;
    this.coming += bytes;
    this.messages += 1;
    return true;
  }
}

/** What a packet counts for: the bytes after its fixed header. */
export function bytesOf({ size, headBytes }: FrameHead): number {
  return size - headBytes;
}
