import { AnGridError } from '@angrid/contract';
import type { Clock, Log } from '@angrid/runtime';

export interface Supervision {
  /** What is supervised, for the log: `onvif cam-1`. */
  readonly name: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  /** Told of each failure, before the pause. */
  onFailure?(error: unknown): void;
}

const FIRST_PAUSE_MS = 1000;
/** Short enough that a device is back within ten seconds of its fault's end. */
const LONGEST_PAUSE_MS = 5000;
/** What only a person can mend. */
const HOPELESS_PAUSE_MS = 600_000;
/** A password that was refused again after that pause, in which a camera has started, is tried once a day: accounts lock. */
const REFUSED_PAUSE_MS = 86_400_000;
/** Asking for a subscription makes some cameras hang: one that hung twice in a row for it is left in peace. */
const HUNG_PAUSE_MS = 300_000;
/** A run of this length was a good one: the next pause is short again. */
const GOOD_RUN_MS = 60_000;

/** Runs `task` again and again until the signal; each end is a failure, with a growing, jittered pause after it. */
export async function supervise(
  task: (signal: AbortSignal) => Promise<void>,
  { name, clock, log, random, onFailure }: Supervision,
  signal: AbortSignal,
): Promise<void> {
  let pause = FIRST_PAUSE_MS;
  let last: string | undefined;
  while (!signal.aborted) {
    const began = clock.monotonic();
    const error = await task(signal).then(() => undefined, caught);
    if (signal.aborted) return;
    onFailure?.(error);
    if (clock.monotonic() - began > GOOD_RUN_MS) [pause, last] = [FIRST_PAUSE_MS, undefined];
    const wait = longPause(error, last) ?? pause * (0.5 + random() / 2);
    last = codeOf(error);
    log.warn({ err: error, name, retryInMs: Math.round(wait) }, 'a connection ended');
    await clock.sleep(wait, signal).catch(() => undefined);
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

function caught(error: unknown): unknown {
  return error;
}

/** After an error that followed one of the code `last`; undefined where the pause is the usual one. */
function longPause(error: unknown, last: string | undefined): number | undefined {
  if (!(error instanceof AnGridError)) return undefined;
  const isAgain = error.code === last;
  if (error.code === 'onvif.not-authorized' && isAgain) return REFUSED_PAUSE_MS;
  if (error.code === 'onvif.subscribing-hangs' && isAgain) return HUNG_PAUSE_MS;
  return error.retry === 'never' ? HOPELESS_PAUSE_MS : undefined;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof AnGridError ? error.code : undefined;
}
