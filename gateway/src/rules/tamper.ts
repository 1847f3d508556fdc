import { told } from './told.js';

/** A panel, a reader or a camera is opened, torn off, covered or turned. It ends when the device says so. */
export const tamper = told({
  name: 'tamper@1',
  kinds: ['tamper.device', 'tamper.reader', 'tamper.camera'],
  on: (settings) => settings.tamper.on,
});
