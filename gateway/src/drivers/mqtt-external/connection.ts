import { MqttClient } from 'mqtt';
import type { Deliveries } from './deliveries.js';
import type { ProtocolLevel } from './delivery.js';
import { type Ended, farewellOf, faultOf } from './fault.js';
import type { ExternalLimits } from './limits.js';
import { Line } from './line.js';
import { dial, type ExternalBrokerSettings } from './settings.js';

export interface ConnectionOptions {
  readonly settings: ExternalBrokerSettings;
  readonly limits: ExternalLimits;
  readonly onUp: (connection: Connection) => void;
  readonly onPublishRefused: (topic: string, error: Error) => void;
  deliveriesFor(connection: Connection): Deliveries;
}

const QOS = 1;
/** MQTT 5: a retained message is not sent because of a subscription. */
const NO_RETAINED = 2;
const UP_TO = 0xffff_fffe;

/** One connection to the broker, from the dial to its end. */
export class Connection {
  readonly deliveries: Deliveries;
  /** Resolves when it has ended; never rejects. */
  readonly over: Promise<Ended>;
  private readonly client: MqttClient;
  private readonly line: Line;
  private ended: Ended | undefined;
  private outbound = 0;
  private greeted = false;

  static async open(options: ConnectionOptions): Promise<Connection> {
    return new Connection(options, await dial(options.settings));
  }

  private constructor(
    private readonly options: ConnectionOptions,
    socket: Awaited<ReturnType<typeof dial>>,
  ) {
    const { settings, limits, onUp } = options;
    const level = settings.version === '5' ? 5 : 4;
    this.deliveries = options.deliveriesFor(this);
    this.line = new Line({
      socket,
      level,
      limits,
      hasRoom: () => this.deliveries.hasRoom,
      onMessage: (delivery) => this.deliveries.take(delivery),
      onOversize: (address) => this.deliveries.oversize(address),
    });
    this.client = new MqttClient(() => this.line, clientOptions(settings, limits, level));
    this.client.on('connect', () => {
      this.greeted = true;
      onUp(this);
    });
    this.client.on('error', (error) => this.note(faultOf(error)));
    this.client.on('disconnect', ({ reasonCode }) => this.note(farewellOf(reasonCode)));
    this.over = new Promise((resolve) => this.client.once('close', () => resolve(this.conclude())));
  }

  /** After the CONNACK, and before the end. */
  get isUp(): boolean {
    return this.client.connected;
  }

  /** Resolves with the filters that the broker refuses. Rejects where the connection ends first. */
  async subscribe(filters: readonly string[]): Promise<readonly string[]> {
    const { version } = this.options.settings;
    const options = { qos: QOS, ...(version === '5' && { rh: NO_RETAINED, rap: false }) } as const;
    return new Promise((resolve, reject) => {
      this.client.subscribe([...filters], options, (error, _granted, packet) => {
        const codes = packet?.granted;
        if (codes) resolve(filters.filter((_filter, index) => (Number(codes[index] ?? 0x80) & 0x80) !== 0));
        else if (error) reject(error);
        else resolve([]);
      });
    });
  }

  async unsubscribe(filters: readonly string[]): Promise<void> {
    await this.client.unsubscribeAsync([...filters]);
  }

  /** False where too much waits for the broker. What it does not take is told to `onPublishRefused`. */
  publish(topic: string, payload: Buffer): boolean {
    const { limits, onPublishRefused } = this.options;
    if (this.outbound >= limits.outbound) return false;
    this.outbound += 1;
    this.client.publish(topic, payload, { qos: QOS }, (error) => {
      this.outbound -= 1;
      if (error) onPublishRefused(topic, error);
    });
    return true;
  }

  acknowledge(id: number): void {
    this.line.acknowledge(id);
  }

  roomAgain(): void {
    this.line.roomAgain();
  }

  /** Takes nothing more in. */
  quiet(): void {
    this.line.quiet();
  }

  end(ended: Ended): void {
    this.note(ended);
    this.line.leave();
    this.client.end(true);
  }

  /** The first reason stays. */
  private note(ended: Ended | undefined): void {
    this.ended ??= ended;
  }

  private conclude(): Ended {
    if (this.ended) return this.ended;
    if (this.greeted) return { fault: 'unreachable', detail: 'the broker ended the connection' };
    return { fault: 'refused', detail: 'the broker ended the connection before it answered' };
  }
}

function clientOptions(
  { clientId, user, password, sessionMs }: ExternalBrokerSettings,
  { keepAliveSeconds, answerMs, window }: ExternalLimits,
  level: ProtocolLevel,
) {
  const sessionExpiryInterval = Math.min(UP_TO, Math.ceil(sessionMs / 1000));
  return {
    protocolVersion: level,
    clientId,
    clean: false,
    keepalive: keepAliveSeconds,
    connectTimeout: answerMs,
    reconnectPeriod: 0,
    resubscribe: false,
    timerVariant: 'native',
    ...(user !== undefined && { username: user }),
    ...(password && { password: password.reveal() }),
    ...(level === 5 && { properties: { sessionExpiryInterval, receiveMaximum: window } }),
  } as const;
}
