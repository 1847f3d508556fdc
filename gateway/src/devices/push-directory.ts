import type { Catalogue, CompiledProfile } from '@angrid/device-profiles';
import type { PushAccount, PushDirectory } from '../drivers/http-push/index.js';
import { parseDeviceUrl, parseIp } from './address-guard.js';
import type { PairedDevice } from './device.js';
import type { DeviceRegistry } from './registry.js';

/** The paired devices that push over HTTP, by how they log in. Made anew when a device comes, goes or changes. */
export class PairedPushDirectory implements PushDirectory {
  private users = new Map<string, PushAccount>();
  private addresses = new Map<string, PushAccount>();

  constructor(
    private readonly registry: Pick<DeviceRegistry, 'all' | 'onChange'>,
    private readonly profiles: Catalogue,
  ) {
    registry.onChange(() => this.derive());
    this.derive();
  }

  byUser(user: string): PushAccount | undefined {
    return this.users.get(user);
  }

  byAddress(ip: string): PushAccount | undefined {
    return this.addresses.get(ip);
  }

  get size(): number {
    return this.users.size + this.addresses.size;
  }

  private derive(): void {
    this.users = new Map();
    this.addresses = new Map();
    for (const device of this.registry.all()) {
      const profile = this.profiles.get(device.profile);
      const account = profile && pushAccountOf(device, profile);
      if (account?.login === 'path') this.users.set(device.user, account);
      const ip = account?.login === 'address' ? ipOfDevice(device.address) : undefined;
      if (account && ip !== undefined) this.addresses.set(ip, account);
    }
  }
}

/** What a paired device may push, as its profile has it; undefined where it pushes nothing over HTTP. */
export function pushAccountOf(device: PairedDevice, profile: CompiledProfile): PushAccount | undefined {
  const { http, down = {} } = profile.source.transport;
  if (http === undefined) return undefined;
  const vendorId = device.vendorId ?? device.id;
  const polls = Object.values(down)
    .filter(({ by }) => by === 'poll')
    .map(({ topic }) => topic.replaceAll('{device}', vendorId));
  return {
    deviceId: device.id,
    vendorId,
    login: http.login,
    passwordHash: device.passwordHash,
    up: profile.publish,
    polls,
    maxBytes: profile.maxBytes,
    answer: http.answer ?? '',
    contentType: http.contentType ?? 'text/plain',
    offlineAfterSeconds: profile.offlineAfterSeconds,
  };
}

/** The IP address of a device's address; undefined where it is a name, or none. */
export function ipOfDevice(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  return parseIp(parseDeviceUrl(address, ['http', 'https']).host)?.address;
}
