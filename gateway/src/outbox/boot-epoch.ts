import { randomInt } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { writeDurably } from './durable-file.js';

/**
 * Who wrote the data last. One copy lies in the database, one in the witness file outside of it; they are equal only
 * where this installation was the last to start on this very file.
 */
const witnessSchema = z.object({
  epoch: z.number().int().positive(),
  /** Counts the starts on this data. */
  starts: z.number().int().positive(),
  machine: z.string().max(128),
  /** Inode of the database file, and its time of birth in ms; 0 where the file system keeps none. A copy has others. */
  inode: z.number(),
  bornAt: z.number(),
});
export type Witness = z.infer<typeof witnessSchema>;

/** A new epoch takes a step that two copies of the same data will not both take. */
const MAX_STEP = 2 ** 20;

export function epochAfter(epoch: number): number {
  return epoch + 1 + randomInt(MAX_STEP);
}

export function parseWitness(text: string | undefined): Witness | undefined {
  if (text === undefined) return undefined;
  try {
    return witnessSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function readWitness(path: string): Witness | undefined {
  try {
    return parseWitness(readFileSync(path, 'utf8').slice(0, 4096));
  } catch {
    return undefined;
  }
}

export function writeWitness(path: string, witness: Witness): void {
  writeDurably(path, JSON.stringify(witness));
}

export interface Installation {
  readonly machine: string;
  readonly database: string;
}

/**
 * The witness of the start that begins now. The epoch stays where database and witness file tell the same story and the
 * machine and the file are the ones they tell of. In every other case (restored, copied, cloned, begun anew) it grows.
 */
export function nextStart(
  inside: Witness | undefined,
  outside: Witness | undefined,
  { machine, database }: Installation,
): Witness {
  const { ino: inode, birthtimeMs, ctimeMs } = statSync(database);
  const bornAt = birthtimeMs < ctimeMs ? Math.trunc(birthtimeMs) : 0;
  const now = { machine, inode, bornAt };
  if (!inside && !outside) return { ...now, epoch: 1 + randomInt(MAX_STEP), starts: 1 };
  const goesOn = inside && outside && sameData(inside, outside) && sameData({ ...inside, ...now }, inside);
  const known = Math.max(inside?.epoch ?? 0, outside?.epoch ?? 0);
  const epoch = goesOn ? inside.epoch : epochAfter(known);
  return { ...now, epoch, starts: Math.max(inside?.starts ?? 0, outside?.starts ?? 0) + 1 };
}

function sameData(one: Witness, other: Witness): boolean {
  const sameBirth = one.bornAt === other.bornAt || one.bornAt === 0 || other.bornAt === 0;
  return one.starts === other.starts && one.machine === other.machine && one.inode === other.inode && sameBirth;
}
