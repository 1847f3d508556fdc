import { ApiProblem } from '../api/problem.js';
import { steer } from './steering.js';

export interface LivePlayerParts {
  readonly video: HTMLVideoElement;
  /** The stream of pictures; throws ApiProblem where there is none. */
  open(signal: AbortSignal): Promise<Response>;
  readonly signal: AbortSignal;
  onPlaying(): void;
}

/** Older pictures are forgotten: nobody winds a live picture back. */
const KEEP_S = 5;
const FORGET_EVERY_S = 10;

/**
 * Shows a live stream in a video element until it ends. Rejects with ApiProblem where there is no picture, or where this
 * browser cannot show it.
 */
export async function playLive({ video, open, signal, onPlaying }: LivePlayerParts): Promise<void> {
  const response = await open(signal);
  const type = response.headers.get('content-type') ?? '';
  const Source = mediaSource();
  if (!Source?.isTypeSupported(type) || !response.body) throw new ApiProblem('media.live-codec', 0);
  const source = new Source();
  video.disableRemotePlayback = true;
  video.src = URL.createObjectURL(source);
  try {
    await happened(source, 'sourceopen', signal);
    const buffer = source.addSourceBuffer(type);
    video.addEventListener('playing', onPlaying, { once: true });
    await feed({ video, buffer, body: response.body, signal });
  } finally {
    video.removeEventListener('playing', onPlaying);
    URL.revokeObjectURL(video.src);
    video.removeAttribute('src');
    video.load();
  }
}

/** iPhones have the managed one only. */
function mediaSource(): typeof MediaSource | undefined {
  const managed: unknown = Reflect.get(globalThis, 'ManagedMediaSource');
  return (managed ?? Reflect.get(globalThis, 'MediaSource')) as typeof MediaSource | undefined;
}

interface Feeding {
  readonly video: HTMLVideoElement;
  readonly buffer: SourceBuffer;
  readonly body: ReadableStream<Uint8Array>;
  readonly signal: AbortSignal;
}

/** One piece after the other: while the browser is busy nothing more is read, and the cloud leaves pictures out. */
async function feed({ video, buffer, body, signal }: Feeding): Promise<void> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const appended = happened(buffer, 'updateend', signal);
    buffer.appendBuffer(value as Uint8Array<ArrayBuffer>);
    await appended;
    follow(video, buffer);
    await forget(video, buffer, signal);
  }
}

function follow(video: HTMLVideoElement, { buffered }: SourceBuffer): void {
  const ranges = Array.from({ length: buffered.length }, (_, i) => [buffered.start(i), buffered.end(i)] as const);
  const { seekTo, rate } = steer({ at: video.currentTime, ranges });
  if (seekTo !== undefined && !video.seeking) video.currentTime = seekTo;
  if (video.playbackRate !== rate) video.playbackRate = rate;
  if (video.paused && ranges.length > 0) void video.play().catch(() => undefined);
}

async function forget(video: HTMLVideoElement, buffer: SourceBuffer, signal: AbortSignal): Promise<void> {
  const { buffered } = buffer;
  const upTo = video.currentTime - KEEP_S;
  if (buffered.length === 0 || buffered.start(0) > upTo - FORGET_EVERY_S) return;
  const removed = happened(buffer, 'updateend', signal);
  buffer.remove(0, upTo);
  await removed;
}

function happened(target: EventTarget, name: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    target.addEventListener(
      name,
      () => {
        signal.removeEventListener('abort', stop);
        resolve();
      },
      { once: true },
    );
  });
}
