import type { GatewayTime } from '@angrid/contract';
import type { Subscription } from 'aedes';
import type { ReadingSink } from '../driver.js';
import type { BrokerAccount, Counters } from './broker.js';
import type { Gate, Receiver } from './gate.js';
import type { BrokerLimits } from './limits.js';
import { acknowledge, Acknowledgement, type Published, publishPacket } from './publish-packet.js';
import type { CloseReason } from './reasons.js';
import { compileTopics, isHeard, type TopicSet } from '../../mqtt/topics.js';

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

interface Waiting {
  readonly answer: Buffer | undefined;
  stored: boolean;
}

const KNOWN_TOPICS = 64;
const qosLabels = [{ qos: '0' }, { qos: '1' }, { qos: '2' }] as const;

/** One connection of a known panel: what it may do, and its messages on their way through the sink. */
export class Session implements Receiver {
  readonly deviceId: string;
  private readonly publishes: TopicSet;
  private readonly subscribes: TopicSet;
  private readonly retains: TopicSet;
  /** Topics that the panel was seen to use rightly. */
  private readonly known = new Set<string>();
  private readonly filters = new Set<string>();
  /** Topics of the gateway's own messages, and whether the panel listens to them. */
  private readonly heard = new Map<string, boolean>();
  /** In the order in which they came; acknowledged in the same order. */
  private readonly waiting: Waiting[] = [];
  /** Packet ids of QoS 2 between their PUBLISH and their PUBREL. */
  private readonly unreleased = new Set<number>();

  /** Throws `profile.invalid` where a topic pattern of the account is not one. */
  constructor(readonly options: SessionOptions) {
    const { account } = options;
    this.deviceId = account.deviceId;
    this.publishes = compileTopics(account.publish, account.vendorId);
    this.subscribes = compileTopics(account.subscribe, account.vendorId);
    this.retains = compileTopics(account.retain ?? [], account.vendorId);
  }

  get gate(): Gate {
    return this.options.gate;
  }

  get willAllowed(): boolean {
    const { will, limits } = this.options;
    if (!will) return true;
    const { topic, retain } = will;
    const isBounded = Buffer.byteLength(topic) <= limits.topicBytes && topic.split('/').length <= limits.topicLevels;
    return isBounded && this.mayPublish(topic) && (!retain || this.retains.has(topic));
  }

  maySubscribe({ topic }: Subscription): boolean {
    const { limits, counters } = this.options;
    const room = this.filters.has(topic) || this.filters.size < limits.subscriptions;
    if (!room || Buffer.byteLength(topic) > limits.topicBytes || !this.subscribes.covers(topic)) {
      counters.count('mqtt_subscriptions_refused');
      return false;
    }
    this.filters.add(topic);
    this.heard.clear();
    return true;
  }

  unsubscribed(topics: readonly string[]): void {
    for (const topic of topics) this.filters.delete(topic);
    this.heard.clear();
  }

  /** Sends a message at QoS 0, together with what else is on its way; false where the panel does not listen to it. */
  tell(topic: string, payload: string): boolean {
    if (!this.listensTo(topic)) return false;
    this.gate.answer(publishPacket(topic, payload));
    return true;
  }

  /** Hands a message to the sink. It is acknowledged when the sink has it and all that came before it. */
  publish(packet: Published): void {
    const refusal = this.refusalOf(packet);
    if (refusal) {
      this.gate.settle(packet.bytes);
      return this.gate.refuse(refusal);
    }
    if (packet.qos === 2 && this.unreleased.has(packet.id)) return this.repeat(packet);
    this.countQos(packet.qos);
    const entry: Waiting = { answer: answerTo(packet), stored: false };
    this.waiting.push(entry);
    if (packet.qos === 2) this.unreleased.add(packet.id);
    this.accept(packet.topic, packet.payload).then(
      () => this.stored(entry, packet.bytes),
      () => this.failed(packet.bytes),
    );
  }

  release(id: number): void {
    this.unreleased.delete(id);
    this.gate.answer(acknowledge(Acknowledgement.pubcomp, id));
  }

  /** Hands over the will of a panel that was lost. */
  async giveWill(): Promise<void> {
    const { will } = this.options;
    if (will) await this.accept(will.topic, will.payload);
  }

  private listensTo(topic: string): boolean {
    const known = this.heard.get(topic);
    if (known !== undefined) return known;
    const listens = [...this.filters].some((filter) => isHeard(filter, topic));
    if (this.heard.size < KNOWN_TOPICS) this.heard.set(topic, listens);
    return listens;
  }

  private mayPublish(topic: string): boolean {
    if (this.known.has(topic)) return true;
    if (!this.publishes.has(topic)) return false;
    if (this.known.size < KNOWN_TOPICS) this.known.add(topic);
    return true;
  }

  private refusalOf({ retain, topic, qos }: Published): CloseReason | undefined {
    if (retain && !this.retains.has(topic)) return 'retain-refused';
    if (qos === 2 && this.unreleased.size >= this.options.limits.unreleased) return 'too-many-unreleased';
    return this.mayPublish(topic) ? undefined : 'publish-refused';
  }

  /** The panel did not see the PUBREC: it gets it again, in its turn, and the sink is not asked twice. */
  private repeat(packet: Published): void {
    const entry: Waiting = { answer: answerTo(packet), stored: false };
    this.waiting.push(entry);
    this.stored(entry, packet.bytes);
  }

  private accept(topic: string, body: Buffer): Promise<unknown> {
    const { sink, stamp } = this.options;
    return sink.accept({ deviceId: this.deviceId, protocol: 'mqtt', topic, body, received: stamp() });
  }

  private stored(entry: Waiting, bytes: number): void {
    entry.stored = true;
    while (this.waiting[0]?.stored && !this.gate.destroyed) {
      const answer = this.waiting.shift()?.answer;
      if (answer) this.gate.answer(answer);
    }
    this.gate.settle(bytes);
  }

  /** What was not stored is not acknowledged, nor is what came after it: the panel sends them again. */
  private failed(bytes: number): void {
    this.options.counters.count('mqtt_messages_not_stored');
    this.gate.refuse('not-stored');
    this.gate.settle(bytes);
  }

  private countQos(qos: 0 | 1 | 2): void {
    const { counters, account } = this.options;
    counters.count('mqtt_messages', qosLabels[qos]);
    if (qos < (account.qos ?? 1)) counters.count('mqtt_messages_below_qos', qosLabels[qos]);
  }
}

/** PUBACK at QoS 1, PUBREC at QoS 2, nothing at QoS 0. */
function answerTo({ qos, id }: Published): Buffer | undefined {
  if (qos === 0) return undefined;
  return acknowledge(qos === 1 ? Acknowledgement.puback : Acknowledgement.pubrec, id);
}
