import { AnGridError, type DeviceKind } from '@angrid/contract';
import type { ProfileRow } from '../control/answers.js';
import type { GatewayClient } from './gateway-client.js';

/** What kind of device a profile of the running gateway is for. Throws profile.unknown. */
export async function profileKind(name: string, gateway: GatewayClient): Promise<DeviceKind> {
  const profiles = await gateway.get<readonly ProfileRow[]>('/profiles');
  const found = profiles.find((profile) => profile.name === name);
  if (found) return found.device;
  const detail = profiles.map((profile) => profile.name).join(', ');
  throw new AnGridError('profile.unknown', { op: 'cli.profile', subject: name, detail });
}
