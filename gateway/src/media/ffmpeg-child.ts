import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { AnGridError } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';

export interface ChildOptions {
  readonly ffmpeg: string;
  readonly args: readonly string[];
  readonly clock: Clock;
  readonly cwd?: string;
  /** What is written to descriptor 0 (but to 3 of a live child), then to the next from 3 on, once it is there; each is closed then. */
  readonly feeds?: readonly (Buffer | Promise<Buffer>)[];
  /** Written to the descriptor of the first feed at once, before that is there. */
  readonly head?: Buffer;
  /** Keeps descriptor 0 open for `input`, and opens descriptor 3 for `pictures`, where it is not fed. */
  readonly live?: boolean;
  /** Gives way to everything else on the machine. */
  readonly background?: boolean;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last 4 KiB of what it said, in printable characters. */
  readonly stderr: string;
}

const KILL_AFTER_MS = 2000;
const STDERR_BYTES = 4096;

/**
 * A running ffmpeg: the one place where the gateway starts a process. No shell, an argument list without any text of
 * a user or device, and an environment that holds nothing but the search path. It ends with its pipes: when this
 * process dies, its input ends and its output breaks.
 */
export class FfmpegChild {
  /** Throws `media.ffmpeg-missing` where the program does not start. */
  readonly exited: Promise<Exit>;
  private readonly child: ChildProcess;
  private stderr: Buffer = Buffer.alloc(0);

  constructor(private readonly options: ChildOptions) {
    const feeds = options.feeds ?? [];
    const [first, ...others] = (options.live ? ['input', ...(feeds.length > 0 ? feeds : ['pictures'])] : feeds).map(
      () => 'pipe' as const,
    );
    this.child = spawn(options.ffmpeg, options.args, {
      shell: false,
      stdio: [first ?? 'ignore', 'pipe', 'pipe', ...others],
      env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', AV_LOG_FORCE_NOCOLOR: '1' },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    this.exited = this.watch();
    this.exited.catch(() => undefined);
    this.child.stderr?.on('data', (chunk: Buffer) => this.keep(chunk));
    if (options.background) lowerPriority(this.child.pid);
    const fed = options.live ? [3, 4] : [0, 3, 4];
    for (const [index, feed] of feeds.entries())
      void this.feed(fed[index] ?? 0, feed, index === 0 ? options.head : undefined);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Descriptor 0 of a live child. */
  get input(): Writable {
    return this.child.stdin as Writable;
  }

  /** Descriptor 3 of a live child. */
  get pictures(): Readable {
    return this.child.stdio[3] as Readable;
  }

  get stdout(): Readable {
    return this.child.stdout as Readable;
  }

  /** Asks it to end, and ends it 2 s later; resolves when it is gone. */
  async stop(): Promise<void> {
    const cancel = this.options.clock.after(KILL_AFTER_MS, () => this.child.kill('SIGKILL'));
    this.child.kill('SIGTERM');
    await this.exited.catch(() => undefined);
    cancel();
  }

  private async watch(): Promise<Exit> {
    try {
      const [code, signal] = (await once(this.child, 'close')) as [number | null, string | null];
      return { code, signal, stderr: printable(this.stderr.toString('utf8')) };
    } catch (cause) {
      throw new AnGridError('media.ffmpeg-missing', { op: 'ffmpeg.start', subject: this.options.ffmpeg, cause });
    }
  }

  private keep(chunk: Buffer): void {
    this.stderr = Buffer.concat([this.stderr, chunk]).subarray(-STDERR_BYTES);
  }

  /** A child that ends before it has read everything breaks the pipe; its exit says why. */
  private async feed(descriptor: number, bytes: Buffer | Promise<Buffer>, head: Buffer | undefined): Promise<void> {
    const pipe = this.child.stdio[descriptor] as Writable | null | undefined;
    pipe?.on('error', () => undefined);
    if (head) pipe?.write(head);
    try {
      pipe?.end(await bytes);
    } catch {
      pipe?.destroy();
    }
  }
}

export interface JobOptions extends ChildOptions {
  readonly op: string;
  readonly subject: string;
  /** Longest time from when its feeds are there. */
  readonly timeoutMs: number;
  /** Most bytes that it may write to its output. */
  readonly maxOutput: number;
}

/** `runJob`, or what stands for it. */
export type RunJob = (options: JobOptions) => Promise<Buffer>;

/**
 * Runs ffmpeg to its end and gives what it wrote to its output. Throws `media.cut-failed`, `media.ffmpeg-missing`, and
 * the error of a feed that never comes.
 */
export async function runJob(options: JobOptions): Promise<Buffer> {
  const child = new FfmpegChild(options);
  let broken: string | undefined;
  const breakOff = (why: string): void => {
    broken ??= why;
    void child.stop();
  };
  let cancel: (() => void) | undefined;
  const limit = (): void => {
    cancel ??= options.clock.after(options.timeoutMs, () => breakOff(`not done within ${options.timeoutMs} ms`));
  };
  let unfed: { readonly cause: unknown } | undefined;
  Promise.all(options.feeds ?? []).then(limit, (cause: unknown) => {
    unfed = { cause };
    void child.stop();
  });
  const chunks: Buffer[] = [];
  let size = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > options.maxOutput) breakOff(`more than ${options.maxOutput} bytes of output`);
    else chunks.push(chunk);
  });
  try {
    const exit = await child.exited;
    if (unfed) throw unfed.cause;
    if (broken === undefined && exit.code === 0) return Buffer.concat(chunks);
    const detail = broken ?? lastLine(exit);
    throw new AnGridError('media.cut-failed', { op: options.op, subject: options.subject, detail });
  } finally {
    cancel?.();
    cancel = () => undefined;
  }
}

/** The last thing that it said, or how it ended. */
export function lastLine({ code, signal, stderr }: Exit): string {
  const said = stderr.trim().split('\n').at(-1)?.slice(-200);
  return said ? said : `ffmpeg ended with ${signal ?? code}`;
}

/** What a camera writes into its stream description may come back here: no control characters, no credentials. */
export function printable(text: string): string {
  return text.replace(/[^\n\x20-\x7e]/g, '?').replace(/\/\/[^/@\s]*@/g, '//');
}

function lowerPriority(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It may be gone already, and then it needs no priority.
  }
}
