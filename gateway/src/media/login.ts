import { DigestAuth, readChallenges } from '../digest/digest.js';
import type { CameraStream } from './media.js';
import type { StreamLogin } from './rtsp-line.js';

/** Digest authentication with the stream's user and password; Basic is never answered. */
export function digestLogin({ user, password }: Pick<CameraStream, 'user' | 'password'>): StreamLogin {
  const digest = new DigestAuth({ user, password });
  return {
    challenge: (headers) => digest.take(readChallenges(headers)),
    authorization: (method, uri) => digest.header(method, uri),
  };
}
