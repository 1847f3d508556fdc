import type { Command } from './command.js';
import { exitCodes, type ExitName } from './exit-codes.js';

/** Everything that a command may end with, in the order of the numbers. */
export function exitsOf({ exits = [] }: Command): ExitName[] {
  const names = new Set<ExitName>(['done', 'failed', 'misuse', ...exits]);
  return (Object.keys(exitCodes) as ExitName[]).filter((name) => names.has(name));
}
