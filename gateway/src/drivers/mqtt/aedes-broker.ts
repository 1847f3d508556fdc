import { AnGridError } from '@angrid/contract';
import { Aedes } from 'aedes';
import type { BoundAddress, Broker, BrokerOptions, PresenceListener, SessionState, TlsMaterial } from './broker.js';
import { Door } from './door.js';
import { type BrokerLimits, defaultLimits } from './limits.js';
import { Listeners } from './listeners.js';
import { OutboundQueue } from './outbound.js';
import { PresenceBook } from './presence.js';
import { Reception } from './reception.js';
import { isTopic } from '../../mqtt/topics.js';

/** How long aedes waits for a panel that does not take what it is sent; the queue of all panels waits with it. */
const DRAIN_MS = 5_000;

/** The broker inside the gateway's process. It opens nothing before `start`. */
export function createBroker(options: BrokerOptions): Broker {
  return new AedesBroker(options);
}

class AedesBroker implements Broker {
  private readonly limits: BrokerLimits;
  private readonly counters: BrokerOptions['counters'];
  private readonly aedes: Aedes;
  private readonly door: Door;
  private readonly listeners: Listeners;
  private readonly presence: PresenceBook;
  private readonly outbound: OutboundQueue;

  constructor(options: BrokerOptions) {
    const { clock, counters, settings, tls } = options;
    this.counters = counters;
    this.limits = { ...defaultLimits, ...settings.limits };
    this.presence = new PresenceBook(clock);
    const reception = new Reception(options, this.limits, this.presence);
    this.aedes = new Aedes({
      ...reception.hooks(),
      connectTimeout: this.limits.greetingMs * 2,
      drainTimeout: DRAIN_MS,
      maxClientsIdLength: 64,
      maxTopicLevels: this.limits.topicLevels,
    });
    reception.attach(this.aedes);
    this.door = new Door({ limits: this.limits, clock, counters });
    this.outbound = new OutboundQueue((topic, payload) => this.send(topic, payload), this.limits.outboundMessages);
    const onGuest = (guest: Parameters<Reception['receive']>[0]): void => reception.receive(guest, this.aedes);
    this.listeners = new Listeners({ settings, tls, door: this.door, onGuest });
  }

  async start(): Promise<{ readonly tls: BoundAddress; readonly plain?: BoundAddress }> {
    await this.aedes.listen();
    try {
      this.door.open();
      return await this.listeners.open();
    } catch (error) {
      this.door.close();
      this.aedes.close();
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.presence.silence();
    const closed = this.listeners.close();
    this.door.close();
    await closed;
    await new Promise<void>((resolve) => this.aedes.close(resolve));
  }

  async publish(topic: string, payload: Buffer | string): Promise<void> {
    const op = 'mqtt.publish';
    if (!isTopic(topic)) throw new AnGridError('input.invalid', { op, subject: topic, detail: 'not a topic' });
    if (this.aedes.closed)
      throw new AnGridError('broker.busy', { op, subject: topic, detail: 'the broker is not running' });
    return this.outbound.add(topic, Buffer.from(payload));
  }

  tell(deviceId: string, topic: string, payload: string): void {
    if (this.presence.sessionOf(deviceId)?.tell(topic, payload) !== true) this.counters.count('mqtt_answers_unheard');
  }

  sessions(): readonly SessionState[] {
    return this.presence.states();
  }

  onPresence(listener: PresenceListener): () => void {
    return this.presence.listen(listener);
  }

  disconnect(deviceId: string): void {
    this.presence.dismiss(deviceId);
  }

  renew(tls: TlsMaterial): void {
    this.listeners.renew(tls);
  }

  private send(topic: string, payload: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.aedes.publish({ cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false }, (error?: Error) =>
        error ? reject(error) : resolve(),
      );
    });
  }
}
