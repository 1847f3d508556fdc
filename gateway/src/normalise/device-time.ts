import type { DeviceTime } from '@angrid/contract';
import type { DeviceMoment } from '@angrid/device-profiles';
import { isoOf } from './instant.js';
import { instantOf } from './zone.js';

/** A device's time as an instant, with how it was read. */
export interface ReadTime {
  readonly ms: number;
  readonly time: DeviceTime;
}

/** Undefined where the device gives no time, or its zone does not exist. `nearMs` decides in the hour that comes twice. */
export function readDeviceTime(moment: DeviceMoment | undefined, zone: string, nearMs: number): ReadTime | undefined {
  if (moment === undefined) return undefined;
  const ms = moment.zone === undefined ? instantOf(moment.ms, zone, nearMs) : moment.ms;
  if (ms === undefined) return undefined;
  return { ms, time: { value: isoOf(ms), zone: moment.zone ?? zone, zoneAssumed: moment.zone === undefined } };
}
