/** Where a live video stands, in seconds of its own time. */
export interface Reel {
  readonly at: number;
  /** What can be shown, oldest first; a hole between two was left out on the way. */
  readonly ranges: readonly (readonly [from: number, to: number])[];
}

export interface Steering {
  /** Jump there first. */
  readonly seekTo?: number;
  /** How fast to play from now on; 1 is as it was recorded. */
  readonly rate: number;
}

/** Between these two the picture is as new as it can be without standing still. */
const NEAREST_S = 0.1;
const FARTHEST_S = 0.2;
const AIM_S = 0.15;
const JUMP_S = 2;
const SLOWEST = 0.9;
const FASTEST = 1.25;

/** Keeps a live video near its newest picture: gently by its speed, and with a jump where that would take too long. */
export function steer({ at, ranges }: Reel): Steering {
  const newest = ranges.at(-1);
  if (!newest) return { rate: 1 };
  const [from, to] = newest;
  const lag = to - at;
  if (at < from || lag > JUMP_S || lag < 0) return { seekTo: Math.max(from, to - AIM_S), rate: 1 };
  if (lag >= NEAREST_S && lag <= FARTHEST_S) return { rate: 1 };
  return { rate: Math.min(FASTEST, Math.max(SLOWEST, 1 + lag - AIM_S)) };
}
