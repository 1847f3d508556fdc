import type { CompiledProfile } from '@angrid/device-profiles';
import type { BrokerAccount } from '../drivers/mqtt/index.js';
import type { PairedDevice } from './device.js';

const ANY_TOPIC = ['#'];

/**
 * What a paired panel may do at the broker: exactly the topics of its profile, as itself. One that is being `learned`
 * may publish to any; its messages go to the gateway only, as its own.
 */
export function accountOf(device: PairedDevice, profile: CompiledProfile, learned = false): BrokerAccount | undefined {
  if (device.passwordHash === undefined || profile.protocol !== 'mqtt') return undefined;
  return {
    deviceId: device.id,
    vendorId: device.vendorId ?? device.id,
    passwordHash: device.passwordHash,
    publish: learned ? ANY_TOPIC : profile.publish,
    subscribe: profile.subscribe,
    retain: profile.retain,
    qos: profile.qos,
  };
}
