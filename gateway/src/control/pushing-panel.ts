import { AnGridError } from '@angrid/contract';
import type { CompiledProfile } from '@angrid/device-profiles';
import { Secret } from '@angrid/runtime';
import { parseDeviceUrl } from '../devices/address-guard.js';
import type { PairedDevice } from '../devices/device.js';
import { ipOfDevice } from '../devices/push-directory.js';
import type { ControlWorks } from '../gateway.js';

/** What is asked for of a panel that pushes over HTTP, beside what every panel has. */
export interface WantedPush {
  readonly id: string;
  readonly address?: string | undefined;
  readonly deviceUser?: string | undefined;
  readonly password?: string | undefined;
}

export type PushParts = Pick<PairedDevice, 'address' | 'deviceUser' | 'password'>;

/**
 * Checks and makes what a panel over HTTP needs: an address where it is known by it or called, and the login of the
 * panel itself where it is called. Opens the listener. Throws `input.invalid`, `subject.conflict`, `device.address-*`
 * and `http.listen-failed`.
 */
export async function pushParts(works: ControlWorks, wanted: WantedPush, profile: CompiledProfile): Promise<PushParts> {
  const { address, deviceUser, password } = wanted;
  if (profile.source.transport.http?.login === 'address') checkAddress(works, wanted, profile);
  const calls = Object.values(profile.source.transport.down ?? {}).some(({ by }) => by === 'call');
  if (address !== undefined && calls) await works.http.resolve(parseDeviceUrl(address, ['http', 'https']).host);
  if ((deviceUser === undefined) !== (password === undefined)) {
    throw invalid(wanted, 'the user of the panel and its password go together');
  }
  await works.http.push.open();
  const secret = password === undefined ? undefined : new Secret(password);
  if (secret) works.redactor.register(secret);
  return {
    ...(address !== undefined && { address }),
    ...(deviceUser !== undefined && { deviceUser }),
    ...(secret && { password: secret }),
  };
}

function checkAddress({ registry, settings }: ControlWorks, wanted: WantedPush, profile: CompiledProfile): void {
  const { id, address } = wanted;
  if (settings.http.plain === undefined) {
    throw invalid(wanted, `${profile.name} knows devices by their address: set http.plain and http.plainNetwork first`);
  }
  if (profile.source.read.device === undefined) {
    throw invalid(wanted, `${profile.name} does not say where a message names its device`);
  }
  const ip = ipOfDevice(address);
  if (ip === undefined) throw invalid(wanted, 'it is known by its IP address: http://192.168.50.20');
  const other = registry.all().find((device) => device.id !== id && ipOfPanel(device) === ip);
  if (!other) return;
  throw new AnGridError('subject.conflict', { op: 'device.add', subject: id, detail: `${ip} is ${other.id}` });
}

function ipOfPanel({ kind, address }: PairedDevice): string | undefined {
  return kind === 'camera' ? undefined : ipOfDevice(address);
}

function invalid({ id }: WantedPush, detail: string): AnGridError {
  return new AnGridError('input.invalid', { op: 'device.add', subject: id, detail });
}
