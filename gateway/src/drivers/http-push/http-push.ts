import type { GatewayTime } from '@angrid/contract';
import type { Instruction } from '@angrid/device-profiles';
import type { Clock, Log } from '@angrid/runtime';
import type { ReadingSink } from '../driver.js';
import type { HttpLimits } from './limits.js';

/** What a device that pushes over HTTP may send, how it proves who it is, and what it is answered. */
export interface PushAccount {
  readonly deviceId: string;
  /** The device's own id in paths; it takes the place of `{device}` in the patterns. */
  readonly vendorId: string;
  /** path: a secret in the address that it is given. address: its network address, on the plain listener only. */
  readonly login: 'path' | 'address';
  /** SHA-256 of the secret, lower-case hexadecimal. */
  readonly passwordHash: string | undefined;
  /** Paths that carry messages, and paths by which it fetches instructions; patterns with `{device}` and `+`. */
  readonly up: readonly string[];
  readonly polls: readonly string[];
  /** The largest message in bytes, pictures left out. */
  readonly maxBytes: number;
  /** Body of the answer where the message has none of its own. */
  readonly answer: string;
  readonly contentType: string;
  /** Silence of this many seconds means that it is away; undefined where the profile has no heartbeat. */
  readonly offlineAfterSeconds: number | undefined;
}

/** Who may push. Asked for every request. */
export interface PushDirectory {
  byUser(user: string): PushAccount | undefined;
  /** The one device of this IP address that logs in by it. */
  byAddress(ip: string): PushAccount | undefined;
}

/** Counts what happened. Labels have few values each; device ids are never one. */
export interface Counters {
  count(name: string, labels?: Readonly<Record<string, string>>): void;
}

/** PEM texts of key and chain. */
export interface TlsMaterial {
  readonly key: string;
  readonly cert: string;
}

export interface ListenAddress {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
}

export interface HttpPushSettings {
  readonly tls: ListenAddress;
  /** Only for an isolated network of devices that cannot do TLS, which `network` names for the people who read it. */
  readonly plain?: ListenAddress & { readonly network: string };
  /** Departures from `defaultLimits`. */
  readonly limits?: Partial<HttpLimits>;
}

export interface HttpPushOptions {
  readonly sink: ReadingSink;
  readonly directory: PushDirectory;
  readonly settings: HttpPushSettings;
  readonly tls: TlsMaterial;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: Counters;
  stamp(): GatewayTime;
  /** A message of the device was not taken, because it was more than the device may send. */
  onRefused(deviceId: string): void;
  /** A device that fetches its instructions gave a sign of life without a message. */
  onLife(deviceId: string): void;
  /** A device came, or has been silent for longer than its profile allows. */
  onPresence(presence: { readonly deviceId: string; readonly state: 'online' | 'offline' }): void;
}

export interface HttpListening {
  readonly tls: ListenAddress;
  readonly plain?: ListenAddress;
}

/** The listener of devices that push over HTTP. A request is answered with 200 only after the sink took it. */
export interface HttpPush {
  /** Opens the listeners where they are not open yet. Throws `http.listen-failed`. */
  open(): Promise<HttpListening>;
  /** Where it listens; undefined until `open`. */
  readonly listening: HttpListening | undefined;
  /** Closes the listeners and all connections; what waits to be fetched is given up. */
  stop(): Promise<void>;
  /**
   * Keeps an instruction for the device's next request of its path. Resolves when the device has it. Throws
   * `device.busy` where too many wait, `device.unreachable` where it is not fetched in time.
   */
  hold(deviceId: string, instruction: Pick<Instruction, 'topic' | 'payload'>): Promise<void>;
  /** Gives up what waits for a device whose account was changed or removed. */
  forget(deviceId: string): void;
  /** Uses a renewed certificate for connections from now on. */
  renew(tls: TlsMaterial): void;
}
