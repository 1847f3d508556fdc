import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const hooks = new URL('./typescript.mjs', import.meta.url).href;

export interface SourceProcess {
  readonly child: ChildProcess;
  /** The next line of standard output; rejects with what went to standard error where the process ends first. */
  nextLine(): Promise<string>;
  /** Status or signal. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Runs a TypeScript file of the sources in a Node process of its own, without a build. */
export function runSource(script: URL, args: readonly string[], options: SpawnOptions = {}): SourceProcess {
  const nodeArguments = ['--conditions=source', '--import', hooks, fileURLToPath(script), ...args];
  const child = spawn(process.execPath, nodeArguments, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const complaints: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => complaints.push(chunk.toString('utf8')));
  const lines = child.stdout === null ? undefined : createInterface(child.stdout)[Symbol.asyncIterator]();
  const ended = once(child, 'close').then(([status, signal]) => (signal ?? status) as number | NodeJS.Signals);
  return {
    child,
    ended,
    nextLine: async () => {
      const line = await lines?.next();
      if (line !== undefined && line.done !== true) return line.value;
      throw new Error(`the process ended with ${await ended}: ${complaints.join('')}`);
    },
  };
}
