import type { Lane } from './kinds.js';

export const lanes = ['alarm', 'record', 'media'] as const satisfies readonly Lane[];

/** The lane of that name, as it was stored; throws where there is none. */
export function readLane(name: string): Lane {
  const lane = lanes.find((known) => known === name);
  if (lane === undefined) throw new TypeError(`no lane is called ${JSON.stringify(name.slice(0, 32))}`);
  return lane;
}
