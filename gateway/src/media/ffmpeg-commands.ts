import createCommand from 'fluent-ffmpeg';

/**
 * Every command line of the gateway. Nothing in them comes from a user or a device: streams come from a loopback
 * address or a descriptor, files have names of our own making, and the only protocols are those that are listed.
 * fluent-ffmpeg puts the options in their order; it never starts a process here (FfmpegChild does).
 */
const QUIET = ['-hide_banner', '-nostdin', '-loglevel', 'error'];
/** Our own segments start with their parameter sets: nothing needs to be guessed from more of them. */
const NO_PROBING = ['-analyzeduration', '0', '-probesize', '65536', '-fpsprobesize', '0'];
const FROM_PIPES = [...QUIET, '-protocol_whitelist', 'pipe', ...NO_PROBING];

/** Segments of a run, as its child names them. */
export function segmentName(run: number, index: number): string {
  return `run${run}-${String(index).padStart(6, '0')}.ts`;
}

export interface LiveCommand {
  /** The relay's address: `rtsp://127.0.0.1:<port>/<random>`. */
  readonly url: string;
  readonly stallMs: number;
}

/** Of the picture of a masked camera, whatever the size of its stream is: the masks are drawn for it beforehand. */
export const LIVE_SIZE = { width: 640, height: 360 } as const;

/** The first picture has no time: it is 0, and the others, which count from the second one, come a little after it. */
const LIVE_STAMPS = 'setts=ts=if(eq(PTS\\,NOPTS)\\,0\\,PTS+3600)';
const FRAGMENTS = ['-an', '-movflags', '+frag_every_frame+empty_moov+default_base_moof', '-flush_packets', '1'];

/** Copies the video into MP4 fragments of one picture each, as it comes, on descriptor 1. */
export function liveArguments(command: LiveCommand): string[] {
  const output = ['-map', '0:v:0', '-c', 'copy', '-bsf:v', LIVE_STAMPS, ...FRAGMENTS, '-f', 'mp4'];
  return build(fromRelay(command).outputOptions(output).output('pipe:1'));
}

/** The same, smaller and encoded anew with the masks burned in, which are one RGBA picture of that size on descriptor 0. */
export function maskedLiveArguments(command: LiveCommand): string[] {
  const { width, height } = LIVE_SIZE;
  const mask = ['-f', 'rawvideo', '-pixel_format', 'rgba', '-video_size', `${width}x${height}`];
  const encode = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p'];
  const bounds = ['-crf', '26', '-maxrate', '1500k', '-bufsize', '1500k', '-g', '30', '-threads', '1', '-vsync', '0'];
  return build(
    fromRelay(command, ['-threads', '1'])
      .input('pipe:0')
      .inputOptions(['-protocol_whitelist', 'pipe', ...mask])
      .complexFilter(`[0:v:0]scale=${width}:${height}[small];[small][1:v:0]overlay=eof_action=repeat[masked]`, 'masked')
      .outputOptions([...encode, ...bounds, ...FRAGMENTS, '-f', 'mp4'])
      .output('pipe:1'),
  );
}

function fromRelay({ url, stallMs }: LiveCommand, decoder: readonly string[] = []): createCommand.FfmpegCommand {
  const source = ['-protocol_whitelist', 'rtsp,tcp,rtp', '-rtsp_transport', 'tcp', '-allowed_media_types', 'video'];
  const clock = ['-use_wallclock_as_timestamps', '1', '-fpsprobesize', '0', '-analyzeduration', '0'];
  const timeout = ['-timeout', String(stallMs * 1000), '-flags', 'low_delay'];
  return createCommand(url).inputOptions([...QUIET, ...source, ...timeout, ...clock, ...decoder]);
}

/** MPEG-TS on descriptor 0 → MP4 file, not re-encoded, index in front. */
export function remuxArguments(file: string): string[] {
  const output = ['-map', '0:v:0', '-c', 'copy', '-an', '-map_metadata', '-1', '-movflags', '+faststart', '-f', 'mp4'];
  return build(
    createCommand('pipe:0').inputFormat('mpegts').inputOptions(FROM_PIPES).outputOptions(output).output(file),
  );
}

/** MPEG-TS on descriptor 0, one RGBA picture of the masks on descriptor 3 → MP4 file with the masks burned in. */
export function maskedArguments(file: string, size: { readonly width: number; readonly height: number }): string[] {
  const mask = ['-f', 'rawvideo', '-pixel_format', 'rgba', '-video_size', `${size.width}x${size.height}`];
  const encode = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '26', '-pix_fmt', 'yuv420p', '-threads', '1'];
  return build(
    createCommand('pipe:0')
      .inputFormat('mpegts')
      .inputOptions(FROM_PIPES)
      .input('pipe:3')
      .inputOptions(['-protocol_whitelist', 'pipe', ...mask])
      .complexFilter('[0:v:0][1:v:0]overlay=eof_action=repeat[masked]', 'masked')
      .outputOptions([...encode, '-an', '-map_metadata', '-1', '-movflags', '+faststart', '-f', 'mp4'])
      .output(file),
  );
}

/** MPEG-TS on descriptor 0 → its `index`th picture (0 is the first) as PPM on descriptor 1. */
export function pictureArguments(index: number): string[] {
  const output = ['-map', '0:v:0', '-an', '-vf', `select=eq(n\\,${index})`, '-vsync', '0', '-frames:v', '1'];
  const format = ['-f', 'image2pipe', '-c:v', 'ppm', '-threads', '1'];
  return build(
    createCommand('pipe:0')
      .inputFormat('mpegts')
      .inputOptions([...FROM_PIPES, '-threads', '2'])
      .outputOptions([...output, ...format])
      .output('pipe:1'),
  );
}

function build(command: createCommand.FfmpegCommand): string[] {
  return command._getArguments();
}
