import { AnGridError, type Command } from '@angrid/contract';
import type { CameraStream } from '../media/media.js';
import type { Ground } from '../ground.js';
import type { Uplink } from '../uplink/uplink.js';
import { LiveDesk } from './live-desk.js';
import { runLive } from './live-source.js';

export type { LiveDesk } from './live-desk.js';

/** Live view of the cameras of this gateway. */
export function openLive(
  { settings, clock, log, guard }: Ground,
  uplink: Uplink,
  streamOf: (camera: string) => CameraStream | undefined,
): LiveDesk {
  const source = { clock, ffmpeg: settings.media.ffmpeg, resolve: (host: string) => guard.resolve(host) };
  return new LiveDesk({
    clock,
    log,
    uplink,
    limits: settings.live,
    streamOf,
    show: (stream, onPart, signal) => runLive(stream, { ...source, onPart }, signal),
  });
}

type LiveCommand = Extract<Command, { type: 'live.open' }>;

/** Both moments are the cloud's, so that its clock and ours may differ. Throws as LiveDesk.open does. */
export function openLiveView(desk: LiveDesk, { params, issuedAt, grant }: LiveCommand): void {
  const lifeMs = Date.parse(grant.expiresAt) - Date.parse(issuedAt);
  if (!(lifeMs > 0)) throw new AnGridError('live.ended', { op: 'live.open', subject: params.camera });
  desk.open({ ...params, lifeMs });
}
