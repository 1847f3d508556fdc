import type { CompiledProfile } from '@angrid/device-profiles';
import type { BrokerAccount } from '../drivers/mqtt/index.js';
import type { PairedDevice } from './device.js';

/** What a paired panel may do at the broker: exactly the topics of its profile, as itself. */
export function accountOf(device: PairedDevice, profile: CompiledProfile): BrokerAccount | undefined {
  if (device.passwordHash === undefined || profile.protocol !== 'mqtt') return undefined;
  return {
    deviceId: device.id,
    vendorId: device.vendorId ?? device.id,
    passwordHash: device.passwordHash,
    publish: profile.publish,
    subscribe: profile.subscribe,
    qos: profile.qos,
  };
}
