import { AnGridError } from '@angrid/contract';
import type { ProfileRow } from '../control/answers.js';
import type { GatewayClient } from './gateway-client.js';

/** How devices of a profile of the running gateway speak. Throws profile.unknown. */
export async function protocolOf(name: string, gateway: GatewayClient): Promise<string> {
  const profiles = await gateway.get<readonly ProfileRow[]>('/profiles');
  const found = profiles.find((profile) => profile.name === name);
  if (found) return found.protocol;
  const detail = profiles.map((profile) => profile.name).join(', ');
  throw new AnGridError('profile.unknown', { op: 'cli.profile', subject: name, detail });
}
