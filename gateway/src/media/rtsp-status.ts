import { AnGridError } from '@angrid/contract';

/** RTSP methods without which there is no stream. */
const VITAL = new Set(['DESCRIBE', 'SETUP', 'PLAY']);

/** What the status of a reply means for the stream; undefined where it goes on. */
export function statusFailure(camera: string, method: string, status: number): AnGridError | undefined {
  if (status < 300 || !VITAL.has(method)) return undefined;
  const because = (code: AnGridError['code'], more = ''): AnGridError =>
    new AnGridError(code, { op: 'rtsp.talk', subject: camera, detail: `${status} to ${method}${more}` });
  if (status === 401 || status === 403) return because('media.stream-auth');
  if (status === 404) return because('media.stream-not-found');
  if (status === 461) return because('media.stream-unsupported', ': no RTP over TCP');
  return because('media.stream-failed', status < 400 ? ': a redirect is not followed' : '');
}
