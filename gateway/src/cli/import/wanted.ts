import { type DeviceKind, idSchema } from '@angrid/contract';
import { parseDeviceUrl } from '../../devices/address-guard.js';
import type { Column } from './columns.js';
import { type Problem, problem } from './problem.js';
import type { TableRow } from './read-table.js';

/** A device as a row of the sheet asks for it. */
export interface WantedDevice {
  readonly row: number;
  readonly id: string;
  readonly kind: DeviceKind | undefined;
  readonly name: string | undefined;
  readonly profile: string;
  readonly address: string | undefined;
  /** Serial number or MAC of a camera, where the address is not known. */
  readonly serial: string | undefined;
  readonly user: string | undefined;
  readonly passwordFile: string | undefined;
  readonly vendorId: string | undefined;
  readonly timezone: string | undefined;
  readonly place: string | undefined;
  readonly cameras: readonly string[];
}

export interface ReadRow {
  readonly wanted: WantedDevice;
  readonly problems: readonly Problem[];
}

const KINDS: Readonly<Record<string, DeviceKind>> = {
  panel: 'panel',
  面板: 'panel',
  门禁: 'panel',
  门禁面板: 'panel',
  camera: 'camera',
  摄像机: 'camera',
  摄像头: 'camera',
  lock: 'lock',
  门锁: 'lock',
  sensor: 'sensor',
  传感器: 'sensor',
};
const NAME_LENGTH = 200;
const VENDOR_ID = /^[A-Za-z0-9._:-]{1,64}$/;

/** What a row says, and what is wrong with it by itself. */
export function readRow({ number, cells }: TableRow, columns: readonly (Column | undefined)[]): ReadRow {
  const given = (column: Column): string | undefined => {
    const text = cells[columns.indexOf(column)]?.trim() ?? '';
    return text === '' ? undefined : column === 'name' ? text : text.normalize('NFKC');
  };
  const kindText = given('kind');
  const wanted: WantedDevice = {
    row: number,
    id: given('id') ?? '',
    kind: kindText === undefined ? undefined : KINDS[kindText.toLowerCase()],
    name: given('name'),
    profile: given('profile') ?? '',
    address: given('address'),
    serial: given('serial'),
    user: given('user'),
    passwordFile: given('passwordFile'),
    vendorId: given('vendorId'),
    timezone: given('timezone'),
    place: given('place'),
    cameras: (given('cameras') ?? '').split(/[\s,;、|]+/).filter((id) => id !== ''),
  };
  return { wanted, problems: [...problemsOf(wanted, kindText)] };
}

function* problemsOf(wanted: WantedDevice, kindText: string | undefined): Generator<Problem> {
  const { id, kind, name = '', address, vendorId } = wanted;
  if (id === '') yield problem('id-missing');
  else if (!idSchema.safeParse(id).success) yield problem('id-invalid', { text: id });
  if (kindText !== undefined && kind === undefined) yield problem('kind-unknown', { text: kindText });
  if (name.length > NAME_LENGTH) yield problem('name-long');
  if (vendorId !== undefined && !VENDOR_ID.test(vendorId)) yield problem('vendor-id-invalid', { text: vendorId });
  if (address !== undefined && !isDeviceUrl(address)) yield problem('address-invalid', { text: withoutUser(address) });
}

function isDeviceUrl(text: string): boolean {
  try {
    parseDeviceUrl(text, ['http', 'https']);
    return true;
  } catch {
    return false;
  }
}

/** Anything before an `@` could be a password. */
function withoutUser(text: string): string {
  const at = text.lastIndexOf('@');
  return (at < 0 ? text : `…${text.slice(at)}`).slice(0, 80);
}
