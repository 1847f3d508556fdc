import { AnGridError, type ErrorCode } from '@angrid/contract';
import { type Exit, lastLine } from './ffmpeg-child.js';

type StreamFailure = Extract<ErrorCode, `media.stream-${string}`>;

/** What ffmpeg 5 to 7 says of pictures that it cannot read; it has no network. */
const SAYINGS: readonly (readonly [RegExp, StreamFailure])[] = [
  [/matches no streams|does not contain any stream|Could not find codec parameters/i, 'media.stream-unsupported'],
  [/Unsupported codec|codec not currently supported/i, 'media.stream-unsupported'],
  [/Invalid data found/i, 'media.stream-hostile'],
];

/** An ffmpeg that is fed a camera's pictures ends only by failing: an exit status of 0 is no success. */
export function streamFailure(camera: string, exit: Exit): AnGridError {
  const known = SAYINGS.find(([saying]) => saying.test(exit.stderr));
  const code = known?.[1] ?? 'media.stream-failed';
  return new AnGridError(code, { op: 'media.stream', subject: camera, detail: lastLine(exit) });
}
