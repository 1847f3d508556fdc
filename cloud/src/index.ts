/** What other programs of this repository may use of the cloud. */
export { type CloudSettings, cloudSettings } from './config/settings.js';
export { type CloudOptions, type RunningCloud, startCloud } from './server.js';
