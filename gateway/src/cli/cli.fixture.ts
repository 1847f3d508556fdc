import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, SystemClock } from '@angrid/runtime';
import type { ControlRoute } from '../control/route.js';
import { ControlServer } from '../control/server.js';
import { runCli } from './run-cli.js';
import type { Keyboard, World } from './world.js';

export interface Typing {
  readonly environment?: Readonly<Record<string, string>>;
  /** What comes on standard input. */
  readonly input?: string;
  readonly terminal?: boolean;
  readonly interrupted?: AbortSignal;
}

export interface Printed {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
  /** The output as JSON. */
  json<T>(): T;
}

/** A folder for one test, with the running gateway that the routes play, if any. */
export class Desk {
  private constructor(
    readonly folder: string,
    private readonly server: ControlServer | undefined,
  ) {}

  static async set(routes?: readonly ControlRoute[]): Promise<Desk> {
    const folder = await mkdtemp(join(tmpdir(), 'cli-'));
    const socket = join(folder, 'gateway.sock');
    return new Desk(folder, routes && (await ControlServer.listen(socket, routes, silentLog)));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Runs a command line as a person types it, in English and without a terminal unless said otherwise. */
  async type(argv: readonly string[], typing: Typing = {}): Promise<Printed> {
    const { environment = {}, input = '', terminal = false, interrupted = new AbortController().signal } = typing;
    const output: string[] = [];
    const errors: string[] = [];
    const world: World = {
      environment: { ANGRID_LANG: 'en', ANGRID_GATEWAY_DATA: this.folder, ...environment },
      folder: this.folder,
      output: { isTTY: terminal, columns: 80, write: (text) => output.push(text) },
      errors: { isTTY: terminal, columns: 80, write: (text) => errors.push(text) },
      input: keyboard(input, terminal),
      clock: new SystemClock(),
      interrupted,
    };
    const status = await runCli(argv, world);
    return {
      status,
      output: output.join(''),
      errors: errors.join(''),
      json: <T>() => JSON.parse(output.join('')) as T,
    };
  }

  async clear(): Promise<void> {
    await this.server?.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function keyboard(text: string, isTTY: boolean): Keyboard {
  return {
    isTTY,
    setRawMode: () => undefined,
    async *[Symbol.asyncIterator]() {
      yield text;
    },
  };
}
