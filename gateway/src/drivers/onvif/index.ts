import type { DeviceDriver } from '../driver.js';
import { discoverCameras, type ProbeAnswer } from './discovery.js';
import { runCamera } from './run.js';

export type { CameraAccess } from './camera.js';
export type { ProbeAnswer } from './discovery.js';
export { inventory, type Inventory, type InventoryProfile } from './inventory.js';
export type { Notification } from './notification.js';
export { streamUri, type StreamChoice, type VideoProfile, type VideoStream } from './stream-uri.js';

export interface OnvifDriverOptions {
  /** True for an IP address inside the networks of the site; discovery leaves everything else out. */
  allows(host: string): boolean;
  /** How the network is asked; WS-Discovery by multicast where it is not given. */
  probe?(signal: AbortSignal): Promise<readonly ProbeAnswer[]>;
}

/** ONVIF cameras: WS-Discovery, and their events by pull-point. */
export function onvifDriver(options: OnvifDriverOptions): DeviceDriver {
  const probe = options.probe ?? (async (signal) => (await import('./library.js')).multicastProbe(signal));
  return {
    name: 'onvif',
    discover: (signal) => discoverCameras({ probe, allows: options.allows }, signal),
    run: runCamera,
  };
}
