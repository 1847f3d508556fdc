import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { identityOf, type ProcessIdentity } from './postmaster.js';

const keeperSchema = z.object({ pid: z.number().int().positive(), started: z.string() });

/**
 * The keeper of a server is the process that stops it in the end: the one that started it, or, when that one was killed,
 * the first that adopted the orphan.
 */
export async function becomeKeeper(root: string): Promise<void> {
  await writeFile(keeperFile(root), JSON.stringify(await identityOf(process.pid)), { mode: 0o600 });
}

export async function isKept(root: string): Promise<boolean> {
  const keeper = await readKeeper(root);
  return keeper !== undefined && (await identityOf(keeper.pid))?.started === keeper.started;
}

async function readKeeper(root: string): Promise<ProcessIdentity | undefined> {
  try {
    return keeperSchema.parse(JSON.parse(await readFile(keeperFile(root), 'utf8')));
  } catch {
    return undefined;
  }
}

function keeperFile(root: string): string {
  return path.join(root, 'keeper');
}
