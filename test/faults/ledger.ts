import type { EventRow } from '../support/cloud-rows.js';
import type { Talker } from './talker.js';

/** What became of the events that had their PUBACK. Names are `device boot|sequence`. */
export interface Verdict {
  readonly acknowledged: number;
  readonly resent: number;
  readonly missing: readonly string[];
  readonly doubled: readonly string[];
}

/** Compares what panels were promised with what the cloud holds. */
export function judge(talkers: readonly Talker[], rows: readonly EventRow[]): Verdict {
  const times = new Map<string, number>();
  for (const { device, key } of rows) {
    const name = `${device} ${key}`;
    times.set(name, (times.get(name) ?? 0) + 1);
  }
  const promised = talkers.flatMap(({ device, boot, acknowledged }) =>
    [...acknowledged].map((sequence) => `${device} ${boot}|${sequence}`),
  );
  return {
    acknowledged: promised.length,
    resent: talkers.reduce((sum, { resent }) => sum + resent.size, 0),
    missing: promised.filter((name) => !times.has(name)),
    doubled: [...times].filter(([, count]) => count > 1).map(([name]) => name),
  };
}
