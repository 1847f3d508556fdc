import { AnGridError } from '@angrid/contract';
import type { DeviceRow } from '../control/answers.js';
import type { GatewayClient } from './gateway-client.js';

/** A device of the running gateway. Throws device.unknown. */
export async function deviceOf(id: string, gateway: GatewayClient): Promise<DeviceRow> {
  const devices = await gateway.get<readonly DeviceRow[]>('/devices');
  const found = devices.find((device) => device.id === id);
  if (found) return found;
  throw new AnGridError('device.unknown', { op: 'cli.device', subject: id });
}
