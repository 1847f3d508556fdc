import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Seen from the sources and from the build. */
const ROOT = fileURLToPath(new URL(import.meta.url.includes('/test/dist/') ? '../../../' : '../../', import.meta.url));

export const programs = {
  cloud: `${ROOT}cloud/dist/main.js`,
  cli: `${ROOT}gateway/dist/cli/main.js`,
} as const;

export interface ProgramOptions {
  readonly environment: Readonly<Record<string, string>>;
  /** Options of node itself, before the script. */
  readonly node?: readonly string[];
  /** Takes every line that is written, for a log file. */
  readonly onLine?: (line: string) => void;
}

/** A line of a program's log, as JSON; other output has no `msg`. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly msg?: string };

const running = new Set<ChildProcess>();
/** Whatever ends this process, its programs are asked to stop: none is left behind. */
process.once('exit', () => {
  for (const child of running) child.kill('SIGTERM');
});

/** One of the project's programs as a process of its own. */
export class Program {
  private readonly lines: LogLine[] = [];
  private readonly watchers = new Set<(line: LogLine) => void>();
  readonly ended: Promise<number | null>;

  private constructor(
    readonly name: string,
    readonly child: ChildProcess,
    onLine?: (line: string) => void,
  ) {
    running.add(child);
    this.ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
    void this.ended.then(() => running.delete(child));
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (text) => this.take(text, onLine));
    }
  }

  static start(script: string, args: readonly string[], { environment, node = [], onLine }: ProgramOptions): Program {
    const child = spawn(process.execPath, [...node, script, ...args], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LANG: 'C.UTF-8', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Program(`${script.split('/').at(-3)} ${args.join(' ')}`, child, onLine);
  }

  /** The first line, past or to come, that `matches`; rejects when the program ends before it. */
  line(matches: (line: LogLine) => boolean): Promise<LogLine> {
    const found = this.lines.find(matches);
    if (found) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const watch = (line: LogLine): void => {
        if (!matches(line)) return;
        this.watchers.delete(watch);
        resolve(line);
      };
      this.watchers.add(watch);
      void this.ended.then((code) => reject(new Error(`${this.name} ended with ${code}:\n${this.tail()}`)));
    });
  }

  tail(): string {
    return this.lines
      .slice(-15)
      .map((line) => JSON.stringify(line))
      .join('\n');
  }

  /** Asks it to stop, and makes it after 10 seconds. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await this.ended;
    clearTimeout(timer);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  private take(text: string, onLine?: (line: string) => void): void {
    onLine?.(text);
    const line = parsed(text);
    this.lines.push(line);
    if (this.lines.length > 500) this.lines.shift();
    for (const watch of [...this.watchers]) watch(line);
  }
}

function parsed(text: string): LogLine {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? (value as LogLine) : { text };
  } catch {
    return { text };
  }
}

/** Runs `angrid …` to its end and gives what it prints with --json. */
export async function angrid<T>(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<T> {
  const child = spawn(process.execPath, [programs.cli, ...args, '--json'], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LANG: 'C.UTF-8', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => out.push(part));
  child.stderr.on('data', (part: Buffer) => err.push(part));
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  const text = Buffer.concat(out).toString('utf8');
  if (code !== 0)
    throw new Error(`angrid ${args.join(' ')} ended with ${code}: ${text}${Buffer.concat(err).toString('utf8')}`);
  return JSON.parse(text) as T;
}
