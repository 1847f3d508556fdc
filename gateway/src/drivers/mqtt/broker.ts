import type { GatewayTime } from '@angrid/contract';
import type { Clock, Log } from '@angrid/runtime';
import type { ReadingSink } from '../driver.js';
import type { BrokerLimits } from './limits.js';
import type { CloseReason } from './reasons.js';

/** What a panel may do and how it proves who it is. */
export interface BrokerAccount {
  readonly deviceId: string;
  /** The device's own id in topics; it takes the place of `{device}` in the patterns. */
  readonly vendorId: string;
  /** SHA-256 of the password, lower-case hexadecimal. */
  readonly passwordHash: string;
  /** Topic patterns with `+`, `#` and `{device}`, as the device profile gives them. */
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** Where a message or a will may ask to be kept: it is taken like any other, and not kept. Nowhere unless given. */
  readonly retain?: readonly string[];
  /** The QoS that the profile expects of its messages, 1 where it says nothing; what comes below it is counted. */
  readonly qos?: 0 | 1 | 2;
  /** The largest packet of this panel in bytes; the broker's own limit where it is not given. */
  readonly maxPacketBytes?: number;
}

/** Who may connect. Asked once a connection. */
export interface AccountDirectory {
  find(username: string): Promise<BrokerAccount | undefined>;
}

/** Counts what happened. Labels have few values each; device ids are never one. */
export interface Counters {
  count(name: string, labels?: Readonly<Record<string, string>>): void;
}

/** PEM texts of the listener: key and chain of the server, and the site CA that signed it. */
export interface TlsMaterial {
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
}

export interface ListenAddress {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
}

export interface BrokerSettings {
  readonly tls: ListenAddress;
  /** Only for an isolated network of panels that cannot do TLS, which `network` names for the people who read it. */
  readonly plain?: ListenAddress & { readonly network: string };
  /** Departures from `defaultLimits`. */
  readonly limits?: Partial<BrokerLimits>;
}

export interface BrokerOptions {
  readonly sink: ReadingSink;
  readonly directory: AccountDirectory;
  readonly settings: BrokerSettings;
  readonly tls: TlsMaterial;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: Counters;
  /** The present time as the contract's three-part gateway time. */
  stamp(): GatewayTime;
  /** A message of the device was not taken, because it was more than the device may send. */
  onRefused(deviceId: string): void;
}

export interface Presence {
  readonly deviceId: string;
  readonly state: 'online' | 'offline';
  /** `connected` and `taken-over` go with online, all others with offline. */
  readonly reason: 'connected' | CloseReason;
}

export type PresenceListener = (presence: Presence) => void;

export interface SessionState {
  readonly deviceId: string;
  readonly state: 'online' | 'offline';
  /** Wall time in milliseconds since the state began. */
  readonly since: number;
  /** IP address of the panel; of its last connection where it is offline. */
  readonly address: string;
  readonly encrypted: boolean;
  /** Messages that the sink has not yet made durable. */
  readonly pending: number;
}

export interface BoundAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * The meeting point of the panels: MQTT 3.1.1, inwards to the sink and outwards to one panel's own topics, never from
 * panel to panel. A message is acknowledged only after the sink took it. An external broker can stand behind the same
 * interface.
 */
export interface Broker {
  /** Opens the listeners. Throws `broker.listen-failed`. */
  start(): Promise<{ readonly tls: BoundAddress; readonly plain?: BoundAddress }>;
  /** Closes the listeners and all connections. Nobody is reported offline: it is the gateway that leaves. */
  stop(): Promise<void>;
  /**
   * Sends at QoS 1 to the connected subscribers of the topic, one message after the other. Nothing is kept for a panel
   * that is away. Throws `input.invalid` for a topic with wildcards and `broker.busy` when too much waits.
   */
  publish(topic: string, payload: Buffer | string): Promise<void>;
  /**
   * Sends a device the answer to a message of its own, at QoS 0 over the connection that it has, where it listens to the
   * topic. A device that misses the answer sends its message again.
   */
  tell(deviceId: string, topic: string, payload: string): void;
  /** Every device that connected since the start, and how it is now. */
  sessions(): readonly SessionState[];
  /** Called for each change of presence. Returns the way to stop it. */
  onPresence(listener: PresenceListener): () => void;
  /** Ends the session of a device whose account was changed or removed. */
  disconnect(deviceId: string): void;
  /** Uses a renewed certificate for connections from now on. */
  renew(tls: TlsMaterial): void;
}
