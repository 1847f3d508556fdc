import { AnGridError, type ErrorCode } from '@angrid/contract';
import { type Exit, lastLine } from './ffmpeg-child.js';

type StreamFailure = Extract<ErrorCode, `media.stream-${string}`>;

/** What ffmpeg says when a stream ends, in the words of ffmpeg 5 to 7. The first that matches decides. */
const SAYINGS: readonly (readonly [RegExp, StreamFailure])[] = [
  [/401 Unauthorized|403 Forbidden|authorization failed/i, 'media.stream-auth'],
  [/Connection refused|No route to host|Network is unreachable/i, 'media.stream-unreachable'],
  [/Connection timed out|Operation timed out|Input\/output error/i, 'media.stream-stalled'],
  [/matches no streams|does not contain any stream|Could not find codec parameters/i, 'media.stream-unsupported'],
  [/Unsupported (codec|protocol)|codec not currently supported|Nonmatching transport/i, 'media.stream-unsupported'],
  [/Invalid data found|Protocol not found|not on whitelist/i, 'media.stream-hostile'],
];

/** An ffmpeg that reads a camera ends only by failing: an exit status of 0 is no success. */
export function streamFailure(camera: string, exit: Exit): AnGridError {
  const known = SAYINGS.find(([saying]) => saying.test(exit.stderr));
  const code = known?.[1] ?? 'media.stream-failed';
  return new AnGridError(code, { op: 'media.stream', subject: camera, detail: lastLine(exit) });
}
