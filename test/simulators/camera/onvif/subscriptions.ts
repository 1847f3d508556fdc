import type { Cancel, Clock } from '@angrid/runtime';
import { type Notification, passesFilter } from './notification.js';
import { faults } from './soap.js';

const MAX_QUEUE = 1_000;

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (fault: Error) => void;
}

/** One pull point: a queue with a lifetime and at most one waiting pull. */
export class Subscription {
  /** Camera time at which it ends, as it is told to the client. */
  terminatesAt = 0;
  /** Notifications that did not fit into the queue. */
  dropped = 0;
  private readonly queue: Notification[] = [];
  private lifetimeMs = 0;
  private waiting: Waiting | undefined;
  private stopTimer: Cancel | undefined;

  constructor(
    readonly id: string,
    private readonly filter: string | undefined,
    private readonly clock: Clock,
    private readonly onExpired: (subscription: Subscription) => void,
  ) {}

  /** Lives `lifetimeMs` from now on; `cameraNow` is the camera's wall time. */
  prolong(lifetimeMs: number, cameraNow: number): void {
    this.lifetimeMs = lifetimeMs;
    this.terminatesAt = cameraNow + lifetimeMs;
    this.stopTimer?.();
    this.stopTimer = this.clock.after(lifetimeMs, () => this.onExpired(this));
  }

  /** As a pull does: at least the lifetime that was agreed last. */
  keepAlive(cameraNow: number): void {
    this.prolong(this.lifetimeMs, cameraNow);
  }

  put(notification: Notification): void {
    if (!passesFilter(notification.topic, this.filter)) return;
    this.queue.push(notification);
    if (this.queue.length > MAX_QUEUE) {
      this.queue.shift();
      this.dropped += 1;
    }
    this.waiting?.resolve();
  }

  /**
   * Up to `limit` notifications, at once if there are any, else the first that come within `timeoutMs`.
   * A second pull ends the first one. An aborted pull takes nothing from the queue.
   */
  async pull(timeoutMs: number, limit: number, signal: AbortSignal): Promise<Notification[]> {
    this.waiting?.resolve();
    if (this.queue.length === 0 && timeoutMs > 0 && !signal.aborted) await this.waitForAny(timeoutMs, signal);
    return signal.aborted ? [] : this.queue.splice(0, limit);
  }

  /** Ends it; a waiting pull gets a fault. */
  end(): void {
    this.stopTimer?.();
    this.waiting?.reject(faults.unknownSubscription());
  }

  private async waitForAny(timeoutMs: number, signal: AbortSignal): Promise<void> {
    let stopTimer: Cancel | undefined;
    let finish: (() => void) | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        finish = resolve;
        this.waiting = { resolve, reject };
        stopTimer = this.clock.after(timeoutMs, resolve);
        signal.addEventListener('abort', resolve as () => void, { once: true });
      });
    } finally {
      stopTimer?.();
      if (this.waiting?.resolve === finish) this.waiting = undefined;
    }
  }
}

/** All pull points of one camera. */
export class Subscriptions {
  private readonly active = new Map<string, Subscription>();
  private created = 0;

  constructor(private readonly clock: Clock) {}

  get size(): number {
    return this.active.size;
  }

  create(filter: string | undefined): Subscription {
    this.created += 1;
    const subscription = new Subscription(String(this.created), filter, this.clock, (ended) => this.remove(ended));
    this.active.set(subscription.id, subscription);
    return subscription;
  }

  /** Throws the ResourceUnknown fault. */
  get(id: string): Subscription {
    const subscription = this.active.get(id);
    if (!subscription) throw faults.unknownSubscription();
    return subscription;
  }

  publish(notification: Notification): void {
    for (const subscription of this.active.values()) subscription.put(notification);
  }

  remove(subscription: Subscription): void {
    this.active.delete(subscription.id);
    subscription.end();
  }

  removeAll(): void {
    for (const subscription of [...this.active.values()]) this.remove(subscription);
  }
}
