import type { DeviceTime } from '@angrid/contract';
import type { DeviceMoment } from '@angrid/device-profiles';
import { isoOf } from './instant.js';
import { instantOf } from './zone.js';

/** A device's time as an instant, with how it was read. */
export interface ReadTime {
  readonly ms: number;
  readonly time: DeviceTime;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** What a device keeps back can be this old. */
const LATE_MS = 366 * DAY_MS;
/** A box without a clock of its own starts before this, until it has asked for the time. */
const CLOCK_SET_MS = Date.UTC(2025, 0);

/** Undefined where the device gives no time, or its zone does not exist. `nearMs` decides in the hour that comes twice. */
export function readDeviceTime(moment: DeviceMoment | undefined, zone: string, nearMs: number): ReadTime | undefined {
  if (moment === undefined) return undefined;
  const ms = moment.zone === undefined ? instantOf(moment.ms, zone, nearMs) : moment.ms;
  if (ms === undefined) return undefined;
  return { ms, time: { value: isoOf(ms), zone: moment.zone ?? zone, zoneAssumed: moment.zone === undefined } };
}

/** False before the gateway knows the time: then its clock judges nothing, and order comes from its lanes. */
export function isClockSet(wallMs: number): boolean {
  return wallMs >= CLOCK_SET_MS;
}

/**
 * Whether the device's time says when it happened: within a day of the receipt, or before it where the event is late.
 * A clock that is further off is no witness. A gateway that does not know the time believes a device that does.
 */
export function isWitness(read: ReadTime | undefined, receivedMs: number, late: boolean): read is ReadTime {
  if (read === undefined) return false;
  if (!isClockSet(receivedMs)) return isClockSet(read.ms);
  const age = receivedMs - read.ms;
  return age >= -DAY_MS && age <= (late ? LATE_MS : DAY_MS);
}
