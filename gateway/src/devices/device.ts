import type { DeviceKind } from '@angrid/contract';
import type { Secret } from '@angrid/runtime';
import type { CameraIdentity } from './camera-identity.js';

/** A paired device as the gateway keeps it. Its secret never leaves the gateway. */
export interface PairedDevice {
  readonly id: string;
  readonly kind: DeviceKind;
  readonly name: string;
  /** `name` of the device profile: the profile's own file name without the ending. */
  readonly profile: string;
  /** Cameras: the address of the ONVIF device service. Panels that are called, or known by it: `http://192.168.50.20`. */
  readonly address?: string;
  readonly user: string;
  /** Panels: SHA-256 of the password with which they log in here. */
  readonly passwordHash?: string;
  /** Cameras, and panels that are called: the password of the device itself, sealed on disk. */
  readonly password?: Secret;
  /** Panels that are called: the user of the device itself. */
  readonly deviceUser?: string;
  /** The device's own id in topics and payloads, where it is not our id. */
  readonly vendorId?: string;
  /** Cameras: by which it is known again at another address. */
  readonly identity?: CameraIdentity;
  /** Cameras over https: SHA-256 fingerprint of the certificate that it had when it was paired. */
  readonly certificate?: string;
  /** Zone for local times without one; the site's zone where it is not given. */
  readonly timezone?: string;
}
