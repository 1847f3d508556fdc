import type { GatewayTime } from '@angrid/contract';
import type { Reading, ReadingSink } from '../driver.js';
import type { Address, Delivery } from './delivery.js';
import type { ExternalLimits } from './limits.js';
import type { ExternalPanel, Panels, Refusal } from './panels.js';

/** Counts what happened. Labels have few values each; device ids are never one. */
export interface Counters {
  count(name: string, labels?: Readonly<Record<string, string>>): void;
}

export interface DeliveriesOptions {
  readonly panels: () => Panels;
  readonly sink: ReadingSink;
  readonly limits: ExternalLimits;
  readonly counters: Counters;
  stamp(): GatewayTime;
  /** Sends the PUBACK. */
  acknowledge(id: number): void;
  /** There is room for another message. */
  onRoom(): void;
  /** A device was heard. */
  onHeard(panel: ExternalPanel): void;
  /** A message could not be stored: it stays unacknowledged, and the broker sends it again to the next connection. */
  onFailed(error: unknown): void;
}

interface Entry {
  readonly id: number;
  readonly bytes: number;
  stored: boolean;
}

/**
 * The messages of one connection on their way through the sink: `window` at a time, those of one device one after the
 * other, acknowledged in the order in which they came (MQTT 3.1.1, 4.6). After a message that was not stored, nothing of
 * the connection is acknowledged any more and nothing of that device is handed over, so that order is kept.
 */
export class Deliveries {
  private readonly window: Entry[] = [];
  private readonly lanes = new Map<string, Promise<void>>();
  private bytes = 0;
  private underWay = 0;
  private failed = false;
  private onIdle: (() => void)[] = [];

  constructor(private readonly options: DeliveriesOptions) {}

  get hasRoom(): boolean {
    const { window, windowBytes } = this.options.limits;
    return this.window.length < window && this.bytes < windowBytes;
  }

  take(delivery: Delivery): void {
    const { counters, panels, limits } = this.options;
    const entry = this.enter(delivery.id, delivery.bytes);
    counters.count('mqtt_messages', { qos: String(delivery.qos) });
    const found = refusalOf(delivery, limits) ?? panels().find(delivery.topic, delivery.payload);
    if (typeof found === 'string') return this.refuse(entry, found);
    if (delivery.qos < found.qos) counters.count('mqtt_messages_below_qos', { qos: String(delivery.qos) });
    this.hand(entry, found, delivery);
  }

  oversize({ id }: Address): void {
    this.refuse(this.enter(id, 0), 'oversize');
  }

  /** Resolves when nothing is on its way through the sink. */
  idle(): Promise<void> {
    if (this.underWay === 0) return Promise.resolve();
    return new Promise((resolve) => this.onIdle.push(resolve));
  }

  private enter(id: number, bytes: number): Entry {
    const entry = { id, bytes, stored: false };
    this.window.push(entry);
    this.bytes += bytes;
    return entry;
  }

  private refuse(entry: Entry, reason: Refusal): void {
    this.options.counters.count('mqtt_messages_refused', { reason });
    this.settle(entry);
  }

  private hand(entry: Entry, panel: ExternalPanel, { topic, payload, qos }: Delivery): void {
    const { stamp, onHeard } = this.options;
    const { deviceId } = panel;
    const reading: Reading = { deviceId, protocol: 'mqtt', topic, body: payload, received: stamp() };
    onHeard(panel);
    this.underWay += 1;
    const before = this.lanes.get(deviceId) ?? Promise.resolve();
    const lane = before.then(() => this.store(entry, reading, qos)).finally(() => this.left(deviceId, lane));
    this.lanes.set(deviceId, lane);
  }

  /** What comes at QoS 0 the broker does not keep: it is lost when it cannot be stored, and counted. */
  private async store(entry: Entry, reading: Reading, qos: 0 | 1): Promise<void> {
    const { sink, counters, onFailed } = this.options;
    if (this.failed) return;
    try {
      await sink.accept(reading);
      this.settle(entry);
    } catch (error) {
      counters.count('mqtt_messages_not_stored');
      if (qos === 0) return this.settle(entry);
      this.failed = true;
      onFailed(error);
    }
  }

  private left(deviceId: string, lane: Promise<void>): void {
    if (this.lanes.get(deviceId) === lane) this.lanes.delete(deviceId);
    this.underWay -= 1;
    if (this.underWay === 0) for (const resolve of this.onIdle.splice(0)) resolve();
  }

  /** Acknowledges all that is stored and has nothing unstored in front of it. */
  private settle(entry: Entry): void {
    entry.stored = true;
    while (this.window[0]?.stored) {
      const { id, bytes } = this.window.shift() as Entry;
      this.bytes -= bytes;
      if (id !== 0) this.options.acknowledge(id);
    }
    this.options.onRoom();
  }
}

/** A retained message tells a state of some earlier time, never an event. */
function refusalOf({ retain, topic }: Delivery, { topicBytes }: ExternalLimits): Refusal | undefined {
  if (retain) return 'retained';
  return Buffer.byteLength(topic) > topicBytes ? 'invalid-topic' : undefined;
}
