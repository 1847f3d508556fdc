/** What a simulated encoder is set to. */
export interface VideoSettings {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly bitrateKbps: number;
  /** Distance of the key frames, in seconds. */
  readonly gopSeconds: number;
  /** Length of the loop, in seconds; a whole number of GOPs. */
  readonly loopSeconds: number;
  readonly profile: 'baseline' | 'main';
  /** Each picture carries its number within the loop as black and white blocks: see `timeCode`. */
  readonly timeCode: boolean;
}

/** Where the blocks stand, as shares of the picture: lowest bit first, from left to right, on black. */
export const timeCode = { bits: 8, left: 0.04, top: 0.04, block: 0.04 } as const;

export const defaultVideo: VideoSettings = {
  width: 640,
  height: 360,
  fps: 15,
  bitrateKbps: 500,
  gopSeconds: 2,
  loopSeconds: 20,
  profile: 'main',
  timeCode: false,
};

export function videoSettings(changes: Partial<VideoSettings> = {}): VideoSettings {
  const settings = { ...defaultVideo, ...changes };
  if (!Number.isInteger(settings.fps * settings.gopSeconds)) throw new RangeError('a GOP must hold whole frames');
  if (!Number.isInteger(settings.loopSeconds / settings.gopSeconds))
    throw new RangeError('a loop must hold whole GOPs');
  return settings;
}

/** A file name that names everything which decides the content. */
export function videoFileName(settings: VideoSettings): string {
  const { width, height, fps, bitrateKbps, gopSeconds, loopSeconds, profile } = settings;
  const code = settings.timeCode ? '-coded' : '';
  return `camera-${width}x${height}-${fps}fps-${bitrateKbps}k-gop${gopSeconds}s-${loopSeconds}s-${profile}${code}.h264`;
}
