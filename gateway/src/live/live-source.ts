import { FragmentSplitter, type LivePart } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { streamFailure } from '../media/failure.js';
import { FfmpegChild } from '../media/ffmpeg-child.js';
import { LIVE_SIZE, liveArguments, maskedLiveArguments } from '../media/ffmpeg-commands.js';
import { digestLogin } from '../media/login.js';
import type { CameraStream } from '../media/media.js';
import { maskLayer } from '../media/picture.js';
import { RtspRelay } from '../media/rtsp-relay.js';
import { defaultMediaSettings } from '../media/settings.js';
import { streamUrl } from '../media/stream.js';

export interface LiveSourceOptions {
  readonly clock: Clock;
  readonly ffmpeg: string;
  /** Resolves a host to one address inside the site's networks, or throws `device.address-refused`. */
  resolve(host: string): Promise<string>;
}

/**
 * The parts of a camera's picture from now on, until `signal`; where the camera has masks, of its small stream, with the
 * masks burned in. An RTSP session of its own beside that of the ring. It always ends by throwing `media.stream-*`,
 * `device.address-*`, `media.ffmpeg-missing` or the reason of the signal, and nothing of it is left then.
 */
export async function* liveParts(
  stream: CameraStream,
  { clock, ffmpeg, resolve }: LiveSourceOptions,
  signal: AbortSignal,
): AsyncGenerator<LivePart, never> {
  const { camera, masks } = stream;
  const { connectMs, stallMs } = defaultMediaSettings;
  const source = masks.length === 0 ? stream.url : (stream.analysisUrl ?? stream.url);
  const url = streamUrl({ camera, url: source });
  const feeds = masks.length === 0 ? [] : [await maskLayer(masks, LIVE_SIZE)];
  const address = await resolve(url.hostname);
  signal.throwIfAborted();
  const relay = await RtspRelay.open({ camera, url, address, login: digestLogin(stream), clock, connectMs });
  const argumentsOf = masks.length === 0 ? liveArguments : maskedLiveArguments;
  const child = new FfmpegChild({ ffmpeg, args: argumentsOf({ url: relay.url, stallMs }), clock, feeds });
  const stop = (): void => void child.stop();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const splitter = new FragmentSplitter();
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) yield* splitter.push(chunk);
    signal.throwIfAborted();
    const ended = streamFailure(camera, await child.exited);
    // When the camera's side broke, ffmpeg's own end is only what followed from it.
    throw await Promise.race([relay.failed, Promise.resolve(ended)]).catch((first: unknown) => first);
  } finally {
    signal.removeEventListener('abort', stop);
    await child.stop();
    relay.close();
  }
}
