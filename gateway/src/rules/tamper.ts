import { told } from './told.js';

/**
 * A panel, a reader or a camera is opened, torn off, covered or turned; or what a camera shows is no picture of its place.
 * It ends when the device says so, or the gateway, which looks at the pictures itself (picture-health).
 */
export const tamper = told({
  name: 'tamper@1',
  kinds: [
    'tamper.device',
    'tamper.reader',
    'tamper.camera',
    'camera.signal_lost',
    'camera.black',
    'camera.overexposed',
    'camera.covered',
    'camera.blurred',
    'camera.frozen',
    'camera.moved',
  ],
  on: (settings) => settings.tamper.on,
});
