import type { EventKind } from '@angrid/contract';

interface Definition {
  readonly begins: EventKind;
  readonly ends: EventKind;
  /** A sight must last this long, monotonic milliseconds, before it is told. */
  readonly afterMs: number;
  /** And be gone for this long before it is told to be over. */
  readonly overMs: number;
}

const define = (name: `camera.${string}` & EventKind, ends: EventKind, afterS: number, overS: number): Definition => ({
  begins: name,
  ends,
  afterMs: afterS * 1000,
  overMs: overS * 1000,
});

/** What can be wrong with a picture. A camera has one of them at a time: they are told in this order of weight. */
export const conditions = {
  signal_lost: define('camera.signal_lost', 'camera.signal_lost_ended', 14, 10),
  black: define('camera.black', 'camera.black_ended', 20, 20),
  overexposed: define('camera.overexposed', 'camera.overexposed_ended', 40, 30),
  covered: define('camera.covered', 'camera.covered_ended', 24, 30),
  blurred: define('camera.blurred', 'camera.blurred_ended', 60, 60),
  moved: define('camera.moved', 'camera.moved_ended', 40, 60),
  frozen: define('camera.frozen', 'camera.frozen_ended', 60, 6),
} as const;

export type Condition = keyof typeof conditions;

export const everyCondition = Object.keys(conditions) as readonly Condition[];
