import { AnGridError, type ErrorCode } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import type { MediaSettings } from './settings.js';

export interface WatchFlowOptions {
  readonly camera: string;
  readonly clock: Pick<Clock, 'wall' | 'monotonic'>;
  readonly settings: Pick<MediaSettings, 'stallMs' | 'keyFrameMs' | 'ringBytes'>;
  /** Called once, with the first media. */
  onRunning(): void;
}

/** A wall clock that moved by more than this against the monotonic one makes the time stamps of a run useless. */
const MAX_JUMP_MS = 500;

/**
 * Looks at how many bytes and how many groups of pictures, each from one key picture to the next, have come so far, and
 * says what is wrong: no bytes, no key pictures, more bytes between them than half a ring holds, a jump of the clock.
 */
export function watchFlow(options: WatchFlowOptions): (bytes: number, groups: number) => AnGridError | undefined {
  const { clock, settings, camera, onRunning } = options;
  const offsetMs = clock.wall() - clock.monotonic();
  let media = { bytes: 0, atMs: clock.monotonic() };
  let group = { count: 0, bytes: 0, atMs: clock.monotonic() };
  const because = (code: ErrorCode, detail: string): AnGridError =>
    new AnGridError(code, { op: 'media.watch', subject: camera, detail });
  return (bytes, groups) => {
    const nowMs = clock.monotonic();
    if (bytes > media.bytes) {
      if (media.bytes === 0) onRunning();
      media = { bytes, atMs: nowMs };
    }
    if (groups > group.count) group = { count: groups, bytes, atMs: nowMs };
    if (nowMs - media.atMs > settings.stallMs)
      return because('media.stream-stalled', `no media for ${settings.stallMs} ms`);
    const noKey = nowMs - group.atMs > settings.keyFrameMs || bytes - group.bytes > settings.ringBytes / 2;
    if (noKey) return because('media.stream-unsupported', 'no key frame');
    const jumpMs = clock.wall() - nowMs - offsetMs;
    return Math.abs(jumpMs) > MAX_JUMP_MS ? because('media.stream-failed', 'the wall clock jumped') : undefined;
  };
}
