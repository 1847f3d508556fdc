import { AnGridError, type GatewayTime } from '@angrid/contract';
import type { Cancel, Clock, Log } from '@angrid/runtime';
import { isTopic } from '../../mqtt/topics.js';
import type { ReadingSink } from '../driver.js';
import { backOff } from './back-off.js';
import { Connection } from './connection.js';
import { type Counters, Deliveries } from './deliveries.js';
import { type Ended, faultOf, type LinkFault } from './fault.js';
import { Heard, type Presence } from './heard.js';
import { externalLimits, type ExternalLimits } from './limits.js';
import { type ExternalPanel, Panels } from './panels.js';
import { type ExternalBrokerSettings, type Place, placeOf } from './settings.js';
import { type SubscriptionMemory, Subscriptions } from './subscriptions.js';

export interface ExternalBrokerOptions {
  readonly settings: ExternalBrokerSettings;
  readonly sink: ReadingSink;
  readonly memory: SubscriptionMemory;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: Counters;
  stamp(): GatewayTime;
  /** Every paired device that speaks MQTT. */
  panels(): Iterable<ExternalPanel>;
  /** 0 up to 1, for the time between two attempts. */
  random(): number;
}

export interface ExternalHealth extends Place {
  readonly state: 'connecting' | 'connected' | LinkFault;
  /** What the last attempt came to; '' while all is well. */
  readonly detail: string;
  /** Wall time in milliseconds since the state began. */
  readonly since: number;
  readonly group: string | undefined;
  readonly subscribed: number;
  /** Filters that the broker's rights keep from the gateway. */
  readonly refused: readonly string[];
}

export interface ExternalSession {
  readonly deviceId: string;
  readonly state: 'online' | 'offline';
  readonly since: number;
  readonly address: string;
  readonly encrypted: boolean;
  readonly pending: number;
}

const INSPECT_MS = 5_000;
/** A connection that stood this long was a good one: the next attempt comes soon. */
const SETTLED_MS = 30_000;

/**
 * The panels' messages by way of a broker of the operator's own. It has the shape of the embedded broker, and what it
 * cannot know from connections it knows from messages.
 */
export class ExternalBroker {
  private readonly limits: ExternalLimits;
  private readonly heard: Heard;
  private readonly subscriptions: Subscriptions;
  private readonly stopping = new AbortController();
  private panels: Panels;
  private connection: Connection | undefined;
  private state: Pick<ExternalHealth, 'state' | 'detail' | 'since'>;
  private stale = false;
  private renewing: Promise<void> | undefined;
  private running: Promise<void> = Promise.resolve();
  private cancelInspection: Cancel | undefined;

  constructor(private readonly options: ExternalBrokerOptions) {
    const { settings, clock, memory } = options;
    this.limits = { ...externalLimits, ...settings.limits };
    this.heard = new Heard(clock);
    this.subscriptions = new Subscriptions({
      group: settings.group,
      filtersAtOnce: this.limits.filtersAtOnce,
      memory,
    });
    this.panels = this.readPanels();
    this.state = { state: 'connecting', detail: '', since: clock.wall() };
  }

  /** Begins to connect, and goes on until `stop`. Resolves at once: the gateway works while its broker is away. */
  start(): Promise<{ readonly tls: Place }> {
    this.cancelInspection = this.options.clock.every(INSPECT_MS, () => this.heard.inspect(this.panels));
    this.running = this.run(this.stopping.signal);
    return Promise.resolve({ tls: placeOf(this.options.settings.url) });
  }

  /** What is on its way through the sink may end; what is not acknowledged by then comes again. */
  async stop(): Promise<void> {
    const { connection } = this;
    this.cancelInspection?.();
    this.stopping.abort();
    if (connection) {
      connection.quiet();
      await this.atMost(this.limits.drainMs, connection.deliveries.idle());
      connection.end({ fault: 'stopped', detail: '' });
    }
    await this.running;
  }

  /**
   * Hands a message to the broker at QoS 1. Whether the device gets it is the broker's affair. Throws `input.invalid` for
   * a topic with wildcards, `broker.unreachable` without a connection and `broker.busy` when too much waits.
   */
  publish(topic: string, payload: Buffer | string): Promise<void> {
    const op = 'mqtt.publish';
    if (!isTopic(topic)) return refuse(new AnGridError('input.invalid', { op, subject: topic, detail: 'not a topic' }));
    if (!this.connection?.isUp) return refuse(new AnGridError('broker.unreachable', { op, subject: topic }));
    if (this.connection.publish(topic, Buffer.from(payload))) return Promise.resolve();
    return refuse(
      new AnGridError('broker.busy', { op, subject: topic, detail: `${this.limits.outbound} messages wait` }),
    );
  }

  /** The answer to a message of a device: one that misses it sends its message again. */
  tell(_deviceId: string, topic: string, payload: string): void {
    if (this.connection?.isUp !== true || !this.connection.publish(topic, Buffer.from(payload))) {
      this.options.counters.count('mqtt_answers_unheard');
    }
  }

  sessions(): readonly ExternalSession[] {
    const { host: address, encrypted } = placeOf(this.options.settings.url);
    const session = { address, encrypted, pending: 0 };
    return [...this.heard.entries()].map(([deviceId, { state, since }]) => ({ deviceId, state, since, ...session }));
  }

  onPresence(listener: (presence: Presence) => void): () => void {
    return this.heard.listen(listener);
  }

  /** The account of a device was changed or removed: what is subscribed to follows. */
  disconnect(deviceId: string): void {
    this.heard.forget(deviceId);
    this.refresh();
  }

  /** False while no messages can come; a message that cannot be stored is no fault of the broker. */
  get isUp(): boolean {
    return this.state.state === 'connected' || this.state.state === 'not-stored';
  }

  /** After so many milliseconds a broker that answers nothing any more is taken as gone. */
  get noticedMs(): number {
    return 1.5 * this.limits.keepAliveSeconds * 1000;
  }

  /** Certificates are the operator's own. */
  renew(): void {
    // Files of the gateway's own certificate are read at each connection.
  }

  /** The paired devices have changed. */
  refresh(): void {
    this.panels = this.readPanels();
    this.subscribe();
  }

  /**
   * Resolves when the broker has answered for every paired device. A broker that is away does not hold it up, nor one
   * that is silent for longer than its answer may take.
   */
  settled(): Promise<void> {
    return this.atMost(this.limits.answerMs, this.renewing ?? Promise.resolve());
  }

  health(): ExternalHealth {
    const { settings } = this.options;
    const { granted, refused } = this.subscriptions;
    return { ...placeOf(settings.url), ...this.state, group: settings.group, subscribed: granted, refused };
  }

  private atMost(ms: number, work: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.options.clock.after(ms, resolve);
      void work.then(() => {
        cancel();
        resolve();
      });
    });
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { clock, random, counters } = this.options;
    let attempt = 0;
    while (!signal.aborted) {
      const began = clock.monotonic();
      const ended = await this.connect();
      this.heard.link(false);
      if (signal.aborted) return;
      counters.count('mqtt_broker_connections_ended', { reason: ended.fault });
      this.enter(ended.fault, ended.detail);
      attempt = clock.monotonic() - began > SETTLED_MS ? 0 : attempt + 1;
      await clock.sleep(backOff(attempt, random), signal).catch(() => undefined);
    }
  }

  private async connect(): Promise<Ended> {
    try {
      const { settings } = this.options;
      const opened = await Connection.open({
        settings,
        limits: this.limits,
        onUp: (connection) => this.welcome(connection),
        onPublishRefused: (topic, error) => this.publishRefused(topic, error),
        deliveriesFor: (connection) => this.deliveriesOf(connection),
      });
      this.connection = opened;
      if (this.stopping.signal.aborted) opened.end({ fault: 'stopped', detail: '' });
      return await opened.over;
    } catch (error) {
      return faultOf(error as Error);
    } finally {
      this.connection = undefined;
    }
  }

  private deliveriesOf(connection: Connection): Deliveries {
    const { sink, counters, stamp } = this.options;
    return new Deliveries({
      panels: () => this.panels,
      sink,
      limits: this.limits,
      counters,
      stamp,
      acknowledge: (id) => connection.acknowledge(id),
      onRoom: () => connection.roomAgain(),
      onHeard: (panel) => this.heard.hear(panel),
      onFailed: (error) => connection.end({ fault: 'not-stored', detail: codeOf(error) }),
    });
  }

  private welcome(connection: Connection): void {
    if (connection !== this.connection) return;
    this.options.counters.count('mqtt_broker_connections');
    this.heard.link(true);
    this.enter('connected', '');
    this.subscriptions.restart();
    this.subscribe();
  }

  private subscribe(): void {
    this.stale = true;
    this.renewing ??= this.renewAll().finally(() => (this.renewing = undefined));
  }

  private async renewAll(): Promise<void> {
    while (this.stale && this.connection?.isUp) {
      const { connection } = this;
      this.stale = false;
      try {
        await this.subscriptions.renew(connection, this.panels.filters);
      } catch (error) {
        if (!connection.isUp) return;
        this.options.log.warn({ err: error }, 'the subscriptions at the broker could not be renewed');
        return;
      }
    }
  }

  private publishRefused(topic: string, error: Error): void {
    this.options.counters.count('mqtt_publishes_refused');
    this.options.log.warn({ err: error, topic }, 'the broker did not take a message of the gateway');
  }

  private enter(state: ExternalHealth['state'], detail: string): void {
    if (state === this.state.state) return void (this.state = { ...this.state, detail });
    this.state = { state, detail, since: this.options.clock.wall() };
    const { host, port } = placeOf(this.options.settings.url);
    if (state === 'connected') this.options.log.info({ host, port }, 'connected to the broker');
    else this.options.log.warn({ host, port, state, detail }, 'no connection to the broker');
  }

  private readPanels(): Panels {
    const { panels, log } = this.options;
    return new Panels(panels(), ({ deviceId }, error) =>
      log.warn({ err: error, device: deviceId }, 'the topics of a device are not valid'),
    );
  }
}

async function refuse(error: AnGridError): Promise<never> {
  throw error;
}

function codeOf(error: unknown): string {
  return error instanceof AnGridError ? error.code : String(error).slice(0, 200);
}
