import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GatewayTime } from '@angrid/contract';
import { type Clock, writeAtomically } from '@angrid/runtime';

/** What tells this box from another: its machine-id, or an id that is made once. */
export async function machineId(dataFolder: string): Promise<string> {
  const own = (await readFile('/etc/machine-id', 'utf8').catch(() => '')).trim();
  if (own !== '') return own;
  const file = join(dataFolder, 'identity', 'machine-id');
  const made = await readFile(file, 'utf8').catch(() => undefined);
  if (made !== undefined) return made.trim();
  const id = randomBytes(16).toString('hex');
  await writeAtomically(file, `${id}\n`);
  return id;
}

/** The id of the kernel's run, within which monotonic times may be compared. */
export async function bootId(): Promise<string> {
  const id = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return id.trim() || randomUUID();
}

/** Gives the present time as the contract's three-part gateway time. */
export function stamper(clock: Clock, boot: string): () => GatewayTime {
  const latest = { ms: Number.NaN, wall: '' };
  return () => {
    const ms = clock.wall();
    if (ms !== latest.ms) Object.assign(latest, { ms, wall: new Date(ms).toISOString() });
    return { wall: latest.wall, monotonicMs: Math.round(clock.monotonic() * 1000) / 1000, boot };
  };
}
