import type { DeviceEvent } from '../../api/types.js';

/** Of an event that stands for many equal ones: how many, and over how many seconds. */
export interface Repeat {
  readonly count: number;
  readonly seconds: number;
}

export function repeatOf({ attributes }: Pick<DeviceEvent, 'attributes'>): Repeat | undefined {
  const { count, fromMs, toMs } = attributes;
  if (typeof count !== 'number' || typeof fromMs !== 'number' || typeof toMs !== 'number') return undefined;
  return count < 2 ? undefined : { count, seconds: Math.max(1, Math.round((toMs - fromMs) / 1000)) };
}
