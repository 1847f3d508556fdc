import type { EventEmitter } from 'node:events';
import { AnGridError } from '@angrid/contract';
import type { Aedes, AedesOptions, AuthenticateError, Client, ConnectPacket } from 'aedes';
import type { BrokerAccount, BrokerOptions } from './broker.js';
import { ByteBudget } from '../../bounds/byte-budget.js';
import { Gate } from './gate.js';
import { ConnackCode, Greeter, type Verdict } from './greeting.js';
import type { BrokerLimits } from './limits.js';
import type { Guest } from './listeners.js';
import type { PresenceBook } from './presence.js';
import type { CloseReason } from './reasons.js';
import { Session, type Will } from './session.js';
import { TokenBucket } from '../../bounds/token-bucket.js';

/** One guest from the first byte on; `session` from the moment on at which the panel is known. */
interface Connection {
  readonly guest: Guest;
  readonly gate: Gate;
  clientId: string;
  will: Will | undefined;
  silenceMs: number;
  session: Session | undefined;
}

/** The message that ended the connection was more than its device may send. */
const OVER_BUDGET: ReadonlySet<CloseReason> = new Set(['packet-too-large', 'too-many-unreleased']);

type Admitted = { readonly session: Session } | Exclude<Verdict, { account: BrokerAccount }>;

/**
 * Brings guests and aedes together: puts a gate in front of each socket, answers the questions that aedes asks about a
 * connection, and keeps the presence of the devices.
 *
 * aedes has the CONNECT, the subscriptions and the messages to panels. The messages of panels never reach it: it would
 * acknowledge them before they are durable and route them to other panels. Three more things are taken from it. Sessions
 * are always clean: what a panel must get is sent again when it comes back, and nothing piles up for one that does not.
 * Wills are ours, so that a takeover does not publish one. So is the keep-alive, so that the time in which we do not read
 * does not count as silence.
 */
export class Reception {
  private readonly connections = new WeakMap<object, Connection>();
  private readonly buckets = new Map<string, TokenBucket>();
  private readonly greeter: Greeter;
  private readonly budget: ByteBudget;

  constructor(
    private readonly options: BrokerOptions,
    private readonly limits: BrokerLimits,
    private readonly presence: PresenceBook,
  ) {
    this.greeter = new Greeter({ ...options, limits });
    this.budget = new ByteBudget(limits.totalPendingBytes);
  }

  /** What aedes asks about a connection. */
  hooks(): AedesOptions {
    return {
      preConnect: (client, packet, done) => {
        this.prepare(client, packet);
        done(null, true);
      },
      authenticate: (client, username, password, done) => {
        void this.admit(client, username, password).then((admitted) => {
          if ('session' in admitted) return done(null, true);
          if (admitted.code !== undefined) done(refusal(admitted.reason, admitted.code), null);
        });
      },
      authorizePublish: (_client, _packet, done) => done(new Error('messages of panels do not pass here')),
      authorizeSubscribe: (client, subscription, done) =>
        done(null, this.sessionOf(client)?.maySubscribe(subscription) ? subscription : null),
      authorizeForward: (client, packet) => {
        this.sessionOf(client)?.gate.owe();
        return packet;
      },
    };
  }

  /** Listens to what aedes tells about its clients. */
  attach(aedes: Aedes): void {
    const emitter: EventEmitter = aedes;
    emitter.on('error', (error) => this.options.log.warn({ err: error }, 'aedes reports a fault'));
    aedes.on('clientReady', (client) => this.welcome(client));
    aedes.on('unsubscribe', (topics, client) => this.sessionOf(client)?.unsubscribed(topics));
  }

  /** Takes a guest in; aedes hears of it when a whole CONNECT is there. */
  receive(guest: Guest, aedes: Aedes): void {
    const { clock, counters } = this.options;
    const gate = new Gate({
      socket: guest.socket,
      limits: this.limits,
      clock,
      budget: this.budget,
      onConnect: () => void aedes.handle(gate),
      onThrottled: () => counters.count('mqtt_packets_throttled'),
    });
    const connection: Connection = {
      guest,
      gate,
      clientId: '',
      will: undefined,
      silenceMs: this.limits.keepAliveSeconds * 1500,
      session: undefined,
    };
    this.connections.set(gate, connection);
    guest.visitor.gate = gate;
    gate.once('close', () => this.farewell(connection));
  }

  private prepare(client: Client, packet: ConnectPacket): void {
    const connection = this.connections.get(client.conn);
    if (!connection) return;
    const asked = packet.keepalive ?? 0;
    const { keepAliveSeconds } = this.limits;
    connection.silenceMs = (asked === 0 ? keepAliveSeconds : Math.min(asked, keepAliveSeconds)) * 1500;
    connection.clientId = packet.clientId;
    connection.will = packet.will && willOf(packet.will);
    delete packet.will;
    packet.keepalive = 0;
    packet.clean = true;
  }

  private async admit(client: Client, username: string | undefined, password: Buffer | undefined): Promise<Admitted> {
    const connection = this.connections.get(client.conn);
    if (!connection) return { reason: 'directory-failed', code: ConnackCode.unavailable };
    const { guest, gate, clientId } = connection;
    const verdict = await this.greeter.check({ ip: guest.visitor.ip, clientId, username, password });
    const admitted = 'account' in verdict ? this.enter(connection, verdict.account) : verdict;
    if ('session' in admitted) this.claim(client, connection, admitted.session);
    else gate.note(admitted.reason);
    return admitted;
  }

  private enter({ guest, gate, will }: Connection, account: BrokerAccount): Admitted {
    const { sink, counters, stamp, log } = this.options;
    const { visitor, encrypted } = guest;
    try {
      const address = visitor.ip;
      const session = new Session({
        account,
        gate,
        address,
        encrypted,
        limits: this.limits,
        sink,
        counters,
        stamp,
        will,
      });
      if (session.willAllowed) return { session };
      return { reason: 'will-refused', code: ConnackCode.notAuthorized };
    } catch (error) {
      if (!(error instanceof AnGridError)) throw error;
      log.warn({ err: error, device: account.deviceId }, 'the topics of a panel are not valid');
      return { reason: 'directory-failed', code: ConnackCode.unavailable };
    }
  }

  /** From here on the connection is called after its device, whatever it calls itself: one session a device. */
  private claim(client: Client, connection: Connection, session: Session): void {
    if (connection.gate.destroyed) return;
    client.id = session.deviceId;
    connection.session = session;
    this.presence.claim(session);
  }

  private welcome(client: Client): void {
    const connection = this.connections.get(client.conn);
    if (!connection?.session || connection.gate.destroyed) return;
    const { guest, gate, session, silenceMs } = connection;
    guest.visitor.unfinished = false;
    if (this.presence.ready(session)) this.options.counters.count('mqtt_takeovers');
    const packetBytes = session.options.account.maxPacketBytes ?? this.limits.packetBytes;
    gate.open({ packetBytes, silenceMs, bucket: this.bucketOf(session.deviceId), receiver: session });
  }

  private farewell({ guest, gate, session }: Connection): void {
    const { clock, counters, onRefused } = this.options;
    guest.visitor.leaving = clock.monotonic();
    const farewell = session && this.presence.gone(session);
    counters.count('mqtt_connections_closed', { reason: farewell?.reason ?? gate.reason ?? 'lost' });
    if (session && gate.reason !== undefined && OVER_BUDGET.has(gate.reason)) onRefused(session.deviceId);
    if (farewell?.willDue) void this.giveWill(session);
  }

  private async giveWill(session: Session | undefined): Promise<void> {
    try {
      await session?.giveWill();
    } catch (error) {
      this.options.counters.count('mqtt_wills_not_stored');
      this.options.log.warn({ err: error, device: session?.deviceId }, 'the will of a panel was not stored');
    }
  }

  /** Kept over reconnections, so that a panel gains nothing by coming anew. */
  private bucketOf(deviceId: string): TokenBucket {
    const known = this.buckets.get(deviceId);
    if (known) return known;
    const { burst, perSecond } = this.limits;
    const bucket = new TokenBucket({ burst, perSecond }, this.options.clock);
    this.buckets.set(deviceId, bucket);
    return bucket;
  }

  private sessionOf(client: Client): Session | undefined {
    return this.connections.get(client.conn)?.session;
  }
}

function refusal(reason: CloseReason, returnCode: number): AuthenticateError {
  return Object.assign(new Error(reason), { returnCode });
}

function willOf({ topic, payload, retain }: NonNullable<ConnectPacket['will']>): Will {
  return { topic, payload: Buffer.isBuffer(payload) ? payload : Buffer.from(payload), retain: retain ?? false };
}
