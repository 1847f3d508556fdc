import type { GatewayTime } from '@angrid/contract';
import type { Instruction } from '@angrid/device-profiles';
import type { Log, Secret, Clock } from '@angrid/runtime';

/** What a driver hands over: raw bytes with where and when they came from. Nothing is interpreted. */
export interface Reading {
  readonly deviceId: string;
  readonly protocol: 'mqtt' | 'http' | 'onvif' | 'gateway';
  /** The MQTT topic, the ONVIF topic without namespace prefixes, or the path and query of an HTTP request. */
  readonly topic: string;
  /** The payload as it came; JSON for ONVIF notifications (see drivers/onvif/README.md). */
  readonly body: Buffer;
  readonly received: GatewayTime;
  /** Pictures that came with the reading and were left out unread. */
  readonly pictures?: number;
}

/** What a device is told of a reading that is durable. */
export interface Accepted {
  /** Body of the answer, for devices that wait for one; undefined where the profile's own answer does. */
  readonly answer: string | undefined;
}

/**
 * Takes readings. The promise resolves when the reading is durable (or known as a duplicate),
 * and only then may the driver acknowledge it to the device.
 */
export interface ReadingSink {
  accept(reading: Reading): Promise<Accepted>;
}

/** What came of an instruction. */
export interface Obeyed {
  /** The parsed answer to a call; undefined where the device answers nothing, or nothing that can be read. */
  readonly answer?: unknown;
}

/** Tells devices what to do, each in its own way: over MQTT, in the answer to its next request, or by a call. */
export interface DeviceInstructor {
  /**
   * Resolves when the device has the instruction: published to its connection, fetched by it, or answered by it. An
   * answer that the profile reads has been through the sink by then. Throws `device.unreachable` where the device does
   * not take it in time, `device.refused` where it answers with an error, `device.busy` where too much waits for it.
   */
  send(device: string, instruction: Instruction): Promise<Obeyed>;
}

/** A device that the gateway calls (a camera). */
export interface DialledDevice {
  readonly id: string;
  /** http(s) address of the device service; checked against the site's networks before each connect. */
  readonly address: string;
  readonly user: string;
  readonly password: Secret;
  /** Over https: SHA-256 fingerprint of the certificate that it was paired with. */
  readonly certificate?: string | undefined;
}

/**
 * How a device is. `reachable`: it answers, but not with what is asked of it; `needs-password`: it refuses its login;
 * `online`: it is up; `clock-wrong`: it is up, and its clock is more than half a minute off.
 */
export type DeviceHealth = 'connecting' | 'reachable' | 'needs-password' | 'online' | 'clock-wrong' | 'offline';

export interface DriverContext {
  readonly sink: ReadingSink;
  readonly clock: Clock;
  readonly log: Log;
  /** The present time as the contract's three-part gateway time. */
  stamp(): GatewayTime;
  /** Resolves a host to one address inside the site's networks, or throws `device.address-refused`. */
  resolve(host: string): Promise<string>;
  /** Tells the supervisor how the device is. */
  health(state: DeviceHealth, detail?: { readonly clockSkewMs?: number }): void;
}

/**
 * A driver for devices that the gateway calls. `run` connects, hands readings to the sink and ends only by the
 * signal or by throwing an AnGridError. It holds no restart loop of its own: the supervisor restarts it.
 */
export interface DeviceDriver {
  readonly name: string;
  run(device: DialledDevice, context: DriverContext, signal: AbortSignal): Promise<void>;
}
