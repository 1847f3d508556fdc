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
}

export const defaultVideo: VideoSettings = {
  width: 640,
  height: 360,
  fps: 15,
  bitrateKbps: 500,
  gopSeconds: 2,
  loopSeconds: 20,
  profile: 'main',
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
  return `camera-${width}x${height}-${fps}fps-${bitrateKbps}k-gop${gopSeconds}s-${loopSeconds}s-${profile}.h264`;
}
