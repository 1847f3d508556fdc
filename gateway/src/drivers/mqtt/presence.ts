import type { Clock } from '@angrid/runtime';
import type { PresenceListener, SessionState } from './broker.js';
import type { CloseReason } from './reasons.js';
import type { Session } from './session.js';

interface Device {
  /** The session that the broker holds for the device. */
  current: Session | undefined;
  /** A session whose password was right and whose CONNACK has not gone out yet. */
  claiming: Session | undefined;
  online: boolean;
  since: number;
  address: string;
  encrypted: boolean;
}

/**
 * Who is there. A device has one session; a newer one of the same account takes over, and then the device is not
 * offline for a moment: its will is withheld and its presence says `taken-over`.
 */
export class PresenceBook {
  private readonly devices = new Map<string, Device>();
  private readonly listeners = new Set<PresenceListener>();
  private silent = false;

  constructor(private readonly clock: Clock) {}

  listen(listener: PresenceListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Reports nothing from now on: it is the gateway that goes. */
  silence(): void {
    this.silent = true;
  }

  /** Ends what the device has open, because its account is gone or changed. */
  dismiss(deviceId: string): void {
    const device = this.devices.get(deviceId);
    device?.claiming?.gate.refuse('removed');
    device?.current?.gate.refuse('removed');
  }

  /** The connection that the device has now. */
  sessionOf(deviceId: string): Session | undefined {
    return this.devices.get(deviceId)?.current;
  }

  claim(session: Session): void {
    const device = this.deviceOf(session);
    device.claiming?.gate.refuse('taken-over');
    device.claiming = session;
  }

  /** The CONNACK went out. True where the session took the place of another one. */
  ready(session: Session): boolean {
    const device = this.deviceOf(session);
    const takenOver = device.online;
    if (device.current !== session) device.current?.gate.refuse('taken-over');
    if (device.claiming === session) device.claiming = undefined;
    device.current = session;
    device.address = session.options.address;
    device.encrypted = session.options.encrypted;
    device.online = true;
    device.since = this.clock.wall();
    this.tell({ deviceId: session.deviceId, state: 'online', reason: takenOver ? 'taken-over' : 'connected' });
    return takenOver;
  }

  /** The connection ended. Returns why, and whether the device is gone with it and its will is due. */
  gone(session: Session): { readonly reason: CloseReason; readonly willDue: boolean } {
    const device = this.deviceOf(session);
    const wasCurrent = device.current === session;
    if (wasCurrent) device.current = undefined;
    if (device.claiming === session) device.claiming = undefined;
    if (wasCurrent && device.claiming) session.gate.note('taken-over');
    const reason = session.gate.reason ?? 'lost';
    if (device.current || device.claiming || !device.online) return { reason, willDue: false };
    device.online = false;
    device.since = this.clock.wall();
    this.tell({ deviceId: session.deviceId, state: 'offline', reason });
    return { reason, willDue: wasCurrent && reason !== 'disconnected' && !this.silent };
  }

  states(): readonly SessionState[] {
    return [...this.devices].map(([deviceId, device]) => ({
      deviceId,
      state: device.online ? 'online' : 'offline',
      since: device.since,
      address: device.address,
      encrypted: device.encrypted,
      pending: device.current?.gate.pending ?? 0,
    }));
  }

  private tell(presence: Parameters<PresenceListener>[0]): void {
    if (this.silent) return;
    for (const listener of this.listeners) listener(presence);
  }

  private deviceOf(session: Session): Device {
    const known = this.devices.get(session.deviceId);
    if (known) return known;
    const { address, encrypted } = session.options;
    const device = { current: undefined, claiming: undefined, online: false, since: 0, address, encrypted };
    this.devices.set(session.deviceId, device);
    return device;
  }
}
