import { randomInt } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { writeDurably } from './durable-file.js';

/**
 * Who wrote the data last. One copy lies in the database, one in the witness file outside of it; they are equal only
 * where this installation was the last to start on this very file.
 */
export interface Witness {
  readonly epoch: number;
  /** Counts the starts on this data. */
  readonly starts: number;
  readonly machine: string;
  /** Inode of the database file, and its time of birth in ms; 0 where the file system keeps none. A copy has others. */
  readonly inode: number;
  readonly bornAt: number;
}

/** A new epoch takes a step that two copies of the same data will not both take. */
const MAX_STEP = 2 ** 20;

export function epochAfter(epoch: number): number {
  return epoch + 1 + randomInt(MAX_STEP);
}

export function parseWitness(text: string | undefined): Witness | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as unknown;
    return isWitness(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isWitness(value: unknown): value is Witness {
  if (typeof value !== 'object' || value === null) return false;
  const { epoch, starts, machine, inode, bornAt } = value as Readonly<Record<keyof Witness, unknown>>;
  const counts = [epoch, starts].every((count) => Number.isSafeInteger(count) && (count as number) > 0);
  return counts && typeof machine === 'string' && machine.length <= 128 && isNumber(inode) && isNumber(bornAt);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
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
