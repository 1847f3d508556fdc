import { AnGridError, type LivePart } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import type { AccessUnit } from '../media/access-units.js';
import { digestLogin } from '../media/login.js';
import type { CameraStream } from '../media/media.js';
import { RtpClock } from '../media/rtp-clock.js';
import { RtspSession } from '../media/rtsp-session.js';
import { defaultMediaSettings } from '../media/settings.js';
import { streamUrl } from '../media/stream.js';
import { UnitPool } from '../media/unit-pool.js';
import { watchFlow } from '../media/watch-flow.js';
import { LiveMuxer } from './live-muxer.js';
import { MaskedPicture } from './masked-picture.js';

export interface LiveSourceOptions {
  readonly clock: Clock;
  readonly ffmpeg: string;
  /** Resolves a host to one address inside the site's networks, or throws `device.address-refused`. */
  resolve(host: string): Promise<string>;
}

export interface LiveRun extends LiveSourceOptions {
  onPart(part: LivePart): void;
}

/** What becomes of a camera's pictures on their way to a browser. */
interface Screen {
  /** Takes each picture; its buffer is free again after the call. Throws `media.stream-*`. */
  take(unit: AccessUnit, atMs: number): void;
  /** Rejects with the first failure; never resolves. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

const WATCH_MS = 500;

/**
 * Shows a camera's picture until that fails or `signal` says stop; it always ends by throwing, and nothing of it is left
 * then. Pictures of H.264 are passed on as they come; where the camera has masks, those of its small stream are encoded
 * anew with the masks burned in. An RTSP session of its own beside that of the ring. Errors: `media.stream-*`,
 * `media.live-codec`, `device.address-*`, `media.ffmpeg-missing`, or the reason of the signal.
 */
export async function runLive(stream: CameraStream, run: LiveRun, signal: AbortSignal): Promise<never> {
  const { clock } = run;
  const ended = new AbortController();
  const stopping = AbortSignal.any([signal, ended.signal]);
  const pool = new UnitPool();
  let screen: Screen | undefined;
  let times: RtpClock | undefined;
  const onUnit = (unit: AccessUnit): void => {
    const atMs = times?.stamp(unit.rtpTime) ?? 0;
    screen?.take(unit, atMs);
    pool.give(unit.buffer);
  };
  const session = await openSession(stream, { ...run, pool, onUnit }, signal);
  try {
    signal.throwIfAborted();
    screen = stream.masks.length === 0 ? plainScreen(run) : await MaskedPicture.start(stream, session.codec, run);
    times = new RtpClock({ wall: () => clock.monotonic() }, session.ticksASecond);
    await session.play(clock);
    return await Promise.race([session.failed, screen.failed, watch(stream, session, { clock, signal: stopping })]);
  } finally {
    ended.abort(new Error('the live view is over'));
    session.close();
    await screen?.stop();
  }
}

function plainScreen({ onPart }: LiveRun): Screen {
  const muxer = new LiveMuxer();
  return {
    take: ({ buffer, start, end, key }, atMs) => {
      for (const part of muxer.take({ bytes: buffer.subarray(start, end), key, atMs })) onPart(part);
    },
    failed: new Promise(() => undefined),
    stop: async () => undefined,
  };
}

type Opening = LiveSourceOptions & Pick<Parameters<typeof RtspSession.open>[0], 'pool' | 'onUnit'>;

/** Of a masked camera the small stream, of any other the first that is H.264. */
async function openSession(stream: CameraStream, opening: Opening, signal: AbortSignal): Promise<RtspSession> {
  const { camera, url, analysisUrl = url, masks } = stream;
  if (masks.length > 0) return openOne(stream, analysisUrl, opening);
  for (const candidate of new Set([url, analysisUrl])) {
    signal.throwIfAborted();
    const session = await openOne(stream, candidate, opening);
    if (session.codec === 'h264') return session;
    session.close();
  }
  throw new AnGridError('media.live-codec', { op: 'live.view', subject: camera });
}

async function openOne(stream: CameraStream, address: string, { resolve, ...rest }: Opening): Promise<RtspSession> {
  const { camera } = stream;
  const url = streamUrl({ camera, url: address });
  const { connectMs } = defaultMediaSettings;
  const host = await resolve(url.hostname);
  return RtspSession.open({ ...rest, camera, url, address: host, login: digestLogin(stream), connectMs });
}

async function watch(
  { camera }: CameraStream,
  session: RtspSession,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<never> {
  const flow = watchFlow({ camera, clock, settings: defaultMediaSettings, onRunning: () => undefined });
  for (;;) {
    await clock.sleep(WATCH_MS, signal);
    const trouble = flow(session.mediaBytes, session.keys);
    if (trouble) throw trouble;
  }
}
