import type { HealthData } from '@angrid/contract';

/** So many fit into one line of a batch (16 KiB), whatever their names are. */
export const partLimits = { devices: 40, unknown: 8 } as const;

/** A report as items that each fit into a line. What was dropped stands in the last of them, which the cloud keeps. */
export function inParts(data: HealthData): HealthData[] {
  const devices = chunks(data.devices, partLimits.devices);
  const unknown = chunks(data.unknown, partLimits.unknown);
  const count = Math.max(1, devices.length, unknown.length);
  return Array.from({ length: count }, (_, index) => ({
    ...data,
    devices: devices[index] ?? [],
    unknown: unknown[index] ?? [],
    drops: index === count - 1 ? data.drops : {},
  }));
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < list.length; at += size) parts.push(list.slice(at, at + size));
  return parts;
}
