import type { DeviceDriver } from '../driver.js';
import { runCamera } from './run.js';

export type { CameraAccess } from './camera.js';
export { scan, type ScanNews, type ScanTally, type SeenCamera } from './discovery/scan.js';
export { hostsOf } from './discovery/network-hosts.js';
export { macOf } from './discovery/sightings.js';
export { look, patienceMs, type Reach } from './discovery/look.js';
export { inventory, type Inventory, type InventoryProfile } from './inventory.js';
export { tryLogin } from './login.js';
export type { Notification } from './notification.js';
export { stillPicture } from './still-picture.js';
export { cameraStreams, type CameraStreams, type VideoProfile, type VideoStream } from './stream-uri.js';

/** ONVIF cameras: their events by pull-point. */
export function onvifDriver(): DeviceDriver {
  return { name: 'onvif', run: runCamera };
}
