import type { GatewayTime } from '@angrid/contract';
import type { PublishPacket, Subscription } from 'aedes';
import type { ReadingSink } from '../driver.js';
import type { BrokerAccount, Counters } from './broker.js';
import type { Gate } from './gate.js';
import type { BrokerLimits } from './limits.js';
import type { CloseReason } from './reasons.js';
import { compileTopics, type TopicSet } from './topics.js';

export interface SessionOptions {
  readonly account: BrokerAccount;
  readonly gate: Gate;
  readonly address: string;
  readonly encrypted: boolean;
  readonly limits: BrokerLimits;
  readonly sink: ReadingSink;
  readonly counters: Counters;
  readonly stamp: () => GatewayTime;
  readonly will: Will | undefined;
}

/** What a panel left behind for the case that it goes without a DISCONNECT. */
export interface Will {
  readonly topic: string;
  readonly payload: Buffer;
  readonly retain: boolean;
}

type Done = (error?: Error | null) => void;

interface Waiting {
  readonly done: Done;
  stored: boolean;
}

const NOTHING = Buffer.alloc(0);
const KNOWN_TOPICS = 64;
const qosLabels = [{ qos: '0' }, { qos: '1' }, { qos: '2' }] as const;

/** One connection of a known panel: what it may do, and its messages on their way through the sink. */
export class Session {
  readonly deviceId: string;
  private readonly publishes: TopicSet;
  private readonly subscribes: TopicSet;
  /** Topics that the panel was seen to use rightly. */
  private readonly known = new Set<string>();
  private readonly filters = new Set<string>();
  /** In the order in which they came; acknowledged in the same order. */
  private readonly waiting: Waiting[] = [];

  /** Throws `profile.invalid` where a topic pattern of the account is not one. */
  constructor(readonly options: SessionOptions) {
    const { account } = options;
    this.deviceId = account.deviceId;
    this.publishes = compileTopics(account.publish, account.vendorId);
    this.subscribes = compileTopics(account.subscribe, account.vendorId);
  }

  get gate(): Gate {
    return this.options.gate;
  }

  get willAllowed(): boolean {
    const { will } = this.options;
    return !will || (!will.retain && this.mayPublish(will.topic));
  }

  mayPublish(topic: string): boolean {
    if (this.known.has(topic)) return true;
    if (!this.publishes.has(topic)) return false;
    if (this.known.size < KNOWN_TOPICS) this.known.add(topic);
    return true;
  }

  maySubscribe({ topic }: Subscription): boolean {
    const { limits, counters } = this.options;
    const room = this.filters.has(topic) || this.filters.size < limits.subscriptions;
    if (!room || Buffer.byteLength(topic) > limits.topicBytes || !this.subscribes.covers(topic)) {
      counters.count('mqtt_subscriptions_refused');
      return false;
    }
    this.filters.add(topic);
    return true;
  }

  unsubscribed(topics: readonly string[]): void {
    for (const topic of topics) this.filters.delete(topic);
  }

  /** Hands a message to the sink; `done` lets the acknowledgement go out, and is called only when that may happen. */
  publish(packet: PublishPacket, done: Done): void {
    const refusal = this.refusalOf(packet);
    if (refusal) {
      this.gate.refuse(refusal);
      return done(new Error(refusal));
    }
    this.countQos(packet.qos);
    const body = bytesOf(packet.payload);
    const size = packet.length ?? 0;
    const entry: Waiting = { done, stored: false };
    this.waiting.push(entry);
    this.gate.handOver(size);
    if (packet.qos === 2) packet.payload = NOTHING;
    this.accept(packet.topic, body).then(
      () => this.stored(entry, size),
      () => this.failed(size),
    );
  }

  /** Hands over the will of a panel that was lost. */
  async giveWill(): Promise<void> {
    const { will } = this.options;
    if (will) await this.accept(will.topic, will.payload);
  }

  private async accept(topic: string, body: Buffer): Promise<void> {
    const { sink, stamp } = this.options;
    await sink.accept({ deviceId: this.deviceId, protocol: 'mqtt', topic, body, received: stamp() });
  }

  private refusalOf(packet: PublishPacket): CloseReason | undefined {
    if (packet.retain) return 'retain-refused';
    return this.mayPublish(packet.topic) ? undefined : 'publish-refused';
  }

  private stored(entry: Waiting, size: number): void {
    entry.stored = true;
    this.gate.settle(size);
    if (this.gate.destroyed) return;
    while (this.waiting[0]?.stored) this.waiting.shift()?.done();
  }

  /** What was not stored is not acknowledged, nor is what came after it: the panel sends them again. */
  private failed(size: number): void {
    this.waiting.length = 0;
    this.gate.settle(size);
    this.options.counters.count('mqtt_messages_not_stored');
    this.gate.refuse('not-stored');
  }

  private countQos(qos: 0 | 1 | 2): void {
    const { counters, account } = this.options;
    counters.count('mqtt_messages', qosLabels[qos]);
    if (qos < (account.qos ?? 1)) counters.count('mqtt_messages_below_qos', qosLabels[qos]);
  }
}

function bytesOf(payload: string | Buffer): Buffer {
  return typeof payload === 'string' ? Buffer.from(payload) : payload;
}
