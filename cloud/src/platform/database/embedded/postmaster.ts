import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../error-code.js';

/** What a server writes to postmaster.pid when it takes a data folder. */
export interface Postmaster {
  readonly pid: number;
  /** First folder of its sockets, as the server names it. */
  readonly socketFolder: string;
}

/** A process is told from a later one with the same number by the time it started. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks between the start of the machine and the start of the process. */
  readonly started: string;
}

/** zombie: ended, but its parent has not noticed; its number still answers to signals. */
export type ProcessState = 'running' | 'zombie' | 'gone';

const PID_FILE = 'postmaster.pid';
const PID_BEYOND_ALL = 2 ** 31 - 1;

export async function readPostmaster(dataFolder: string): Promise<Postmaster | undefined> {
  const text = await readFile(path.join(dataFolder, PID_FILE), 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return '';
    throw error;
  });
  const [pid = '', , , , socketFolder = ''] = text.split('\n');
  return /^\d+$/.test(pid.trim()) ? { pid: Number(pid), socketFolder: socketFolder.trim() } : undefined;
}

/**
 * Makes the left-over postmaster.pid of process `pid` point at no process. PostgreSQL refuses to start while the number
 * in it answers, be it a zombie or a stranger; the rest of the file stays, since it names the shared memory that
 * PostgreSQL checks for surviving children of the old server.
 */
export async function disownPostmaster(dataFolder: string, pid: number): Promise<void> {
  const file = path.join(dataFolder, PID_FILE);
  const [owner, ...rest] = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  if (owner?.trim() === String(pid)) await writeFile(file, [String(PID_BEYOND_ALL), ...rest].join('\n'));
}

export async function processState(pid: number): Promise<ProcessState> {
  const stat = await processStat(pid);
  if (stat === undefined) return 'gone';
  return ['Z', 'X'].includes(stat[0] ?? '') ? 'zombie' : 'running';
}

export async function identityOf(pid: number): Promise<ProcessIdentity | undefined> {
  const started = (await processStat(pid))?.[19];
  return started === undefined ? undefined : { pid, started };
}

/** Whether one of the arguments of the process is `argument`; true where the system hides them. */
export async function hasArgument(pid: number, argument: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  return commandLine === undefined || commandLine.split('\0').includes(argument);
}

/** The fields of /proc/PID/stat after the name of the program, which may itself hold blanks and brackets. */
async function processStat(pid: number): Promise<readonly string[] | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return text
    ?.slice(text.lastIndexOf(')') + 2)
    .trim()
    .split(' ');
}
