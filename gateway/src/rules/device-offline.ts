import { absence } from './absence.js';

/** A device is gone, after the silence that its profile allows or when its connection is. */
export const deviceOffline = absence('device-offline@1', 'health.offline');
