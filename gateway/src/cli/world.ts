import type { Clock } from '@angrid/runtime';
import type { Output } from './print/progress.js';

/** Where a person types; a terminal can be asked for a password. */
export interface Keyboard extends AsyncIterable<Buffer | string> {
  readonly isTTY?: boolean | undefined;
  setRawMode?(raw: boolean): unknown;
}

/** Everything outside the program that a command touches. */
export interface World {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly output: Output;
  readonly errors: Output;
  readonly input: Keyboard;
  readonly clock: Clock;
  /** Aborted with Ctrl-C. */
  readonly interrupted: AbortSignal;
}
