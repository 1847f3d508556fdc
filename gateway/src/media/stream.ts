import { createInterface } from 'node:readline';
import { AnGridError } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { FfmpegChild } from './ffmpeg-child.js';
import { ringArguments } from './ffmpeg-commands.js';
import { streamFailure } from './failure.js';
import type { CameraStream } from './media.js';
import type { Ring } from './ring.js';
import type { StreamLogin } from './rtsp-dialogue.js';
import { RtspRelay } from './rtsp-relay.js';
import type { MediaSettings } from './settings.js';

export interface StreamContext {
  readonly clock: Clock;
  readonly settings: MediaSettings;
  readonly ring: Ring;
  /** Resolves a host to one address inside the site's networks, or throws `device.address-refused`. */
  resolve(host: string): Promise<string>;
  login(stream: CameraStream): StreamLogin;
  /** Called once, with the first media. */
  onRunning(): void;
}

const WATCH_MS = 500;
/** A wall clock that moved by more than this against the monotonic one makes the time stamps of a run useless. */
const MAX_JUMP_MS = 500;

/**
 * Fills the ring of one camera until that fails or `signal` says stop; it always ends by throwing.
 * Errors: `media.stream-*`, `device.address-*`, `media.ffmpeg-missing`, or the reason of the signal.
 */
export async function runStream(stream: CameraStream, context: StreamContext, signal: AbortSignal): Promise<never> {
  const { clock, settings, ring } = context;
  const url = streamUrl(stream);
  const address = await context.resolve(url.hostname);
  signal.throwIfAborted();
  const { connectMs } = settings;
  const relay = await RtspRelay.open({
    camera: stream.camera,
    url,
    address,
    login: context.login(stream),
    clock,
    connectMs,
  });
  const run = ring.startRun();
  const args = ringArguments({ url: relay.url, run, segmentMs: settings.segmentMs, stallMs: settings.stallMs });
  const child = new FfmpegChild({ ffmpeg: settings.ffmpeg, args, clock, cwd: ring.dir });
  const list = readList(child, ring);
  const watch = watchMedia(relay, list, { ...context, camera: stream.camera });
  const stopping = stopOf(signal);
  try {
    const exited = child.exited.then((exit) => Promise.reject(streamFailure(stream.camera, exit)));
    return await Promise.race([relay.failed, exited, watch.failed, stopping.failed]);
  } catch (cause) {
    throw await firstCause(relay, cause);
  } finally {
    watch.stop();
    stopping.release();
    await child.stop();
    relay.close();
    await list.done;
    ring.endRun();
  }
}

/** Its host was checked against the site's networks before; here only what the media side itself relies on. */
export function streamUrl({ camera, url }: CameraStream): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const plain = parsed && parsed.username === '' && parsed.password === '' && parsed.hostname !== '';
  if (plain && (parsed.protocol === 'rtsp:' || parsed.protocol === 'rtsps:')) return parsed;
  throw new AnGridError('device.address-invalid', { op: 'media.stream', subject: camera });
}

interface SegmentList {
  /** Segments so far. */
  readonly count: () => number;
  readonly done: Promise<void>;
}

function readList(child: FfmpegChild, ring: Ring): SegmentList {
  let count = 0;
  const read = async (): Promise<void> => {
    for await (const line of createInterface({ input: child.stdout })) {
      if (await ring.finished(line)) count += 1;
    }
  };
  return { count: () => count, done: read().catch(() => undefined) };
}

interface Watched extends StreamContext {
  readonly camera: string;
}

/** Fails for a stream without media, without key frames, with more bytes than a ring holds, or after a jump of the clock. */
function watchMedia(
  relay: RtspRelay,
  list: SegmentList,
  context: Watched,
): { failed: Promise<never>; stop: () => void } {
  const { clock, settings, camera } = context;
  const offsetMs = clock.wall() - clock.monotonic();
  let media = { bytes: 0, atMs: clock.monotonic() };
  let segment = { count: 0, bytes: 0, atMs: clock.monotonic() };
  const trouble = (): AnGridError | undefined => {
    const nowMs = clock.monotonic();
    const bytes = relay.mediaBytes;
    if (bytes > media.bytes) {
      if (media.bytes === 0) context.onRunning();
      media = { bytes, atMs: nowMs };
    }
    if (list.count() > segment.count) segment = { count: list.count(), bytes, atMs: nowMs };
    const because = (
      code: 'media.stream-stalled' | 'media.stream-unsupported' | 'media.stream-failed',
      detail: string,
    ) => new AnGridError(code, { op: 'media.watch', subject: camera, detail });
    if (nowMs - media.atMs > settings.stallMs)
      return because('media.stream-stalled', `no media for ${settings.stallMs} ms`);
    const noKey = nowMs - segment.atMs > settings.keyFrameMs || bytes - segment.bytes > settings.ringBytes / 2;
    if (noKey) return because('media.stream-unsupported', 'no key frame');
    const jumpMs = clock.wall() - nowMs - offsetMs;
    return Math.abs(jumpMs) > MAX_JUMP_MS ? because('media.stream-failed', 'the wall clock jumped') : undefined;
  };
  let stop = (): void => undefined;
  const failed = new Promise<never>((_resolve, reject) => {
    stop = clock.every(WATCH_MS, () => {
      const error = trouble();
      if (error) reject(error);
    });
  });
  failed.catch(() => undefined);
  return { failed, stop };
}

function stopOf(signal: AbortSignal): { failed: Promise<never>; release: () => void } {
  let release = (): void => undefined;
  const failed = new Promise<never>((_resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    release = () => signal.removeEventListener('abort', stop);
    if (signal.aborted) stop();
  });
  failed.catch(() => undefined);
  return { failed, release };
}

/** When the camera's side broke, ffmpeg's own end is only what followed from it. */
async function firstCause(relay: RtspRelay, cause: unknown): Promise<unknown> {
  const unknown = cause instanceof AnGridError && cause.code === 'media.stream-failed';
  if (!unknown) return cause;
  return Promise.race([relay.failed, Promise.resolve(cause)]).catch((first: unknown) => first);
}
