import createCommand from 'fluent-ffmpeg';

/**
 * Every command line of the gateway. Nothing in them comes from a user or a device: streams come from a descriptor,
 * files have names of our own making, and the only protocols are those that are listed.
 * fluent-ffmpeg puts the options in their order; it never starts a process here (FfmpegChild does).
 */
const QUIET = ['-hide_banner', '-nostdin', '-loglevel', 'error'];
/** Our own segments start with their parameter sets: nothing needs to be guessed from more of them. */
const NO_PROBING = ['-analyzeduration', '0', '-probesize', '65536', '-fpsprobesize', '0'];
/** Pictures are taken as they come: their parameter sets lead them. */
const AT_ONCE = ['-protocol_whitelist', 'pipe', '-fflags', 'nobuffer', '-fpsprobesize', '0', '-analyzeduration', '0', '-probesize', '32']; // prettier-ignore
const FROM_PIPES = [...QUIET, '-protocol_whitelist', 'pipe', ...NO_PROBING];

/** Segments of a run, as its child names them. */
export function segmentName(run: number, index: number): string {
  return `run${run}-${String(index).padStart(6, '0')}.ts`;
}

/** Of the picture of a masked camera, whatever the size of its stream is: the masks are drawn for it beforehand. */
export const LIVE_SIZE = { width: 640, height: 360 } as const;

/**
 * Pictures as Matroska on descriptor 0, one RGBA picture of the masks on descriptor 3 → MP4 fragments of one picture
 * each, with the masks burned in, as they come, on descriptor 1.
 */
export function maskedLiveArguments(): string[] {
  const { width, height } = LIVE_SIZE;
  const mask = ['-f', 'rawvideo', '-pixel_format', 'rgba', '-video_size', `${width}x${height}`];
  const encode = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p'];
  const bounds = ['-crf', '26', '-maxrate', '1500k', '-bufsize', '1500k', '-g', '30', '-threads', '1', '-vsync', '0'];
  const fragments = ['-an', '-movflags', '+frag_every_frame+empty_moov+default_base_moof', '-flush_packets', '1'];
  return build(
    createCommand('pipe:0')
      .inputFormat('matroska')
      .inputOptions(['-hide_banner', '-loglevel', 'error', ...AT_ONCE, '-threads', '1'])
      .input('pipe:3')
      .inputOptions(['-protocol_whitelist', 'pipe', ...mask])
      .complexFilter(`[0:v:0]scale=${width}:${height}[small];[small][1:v:0]overlay=eof_action=repeat[masked]`, 'masked')
      .outputOptions([...encode, ...bounds, ...fragments, '-f', 'mp4'])
      .output('pipe:1'),
  );
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

/** Which picture it is (0 is the first), as a filter. */
export function pictureFilter(index: number): string {
  return `select=eq(n\\,${index})`;
}

/**
 * MPEG-TS on descriptor 0 → one picture of it as PPM on descriptor 1. Which one is the `pictureFilter` that is given, or
 * comes on descriptor 3 once there is MPEG-TS: until then it waits.
 */
export function pictureArguments(filter?: string): string[] {
  const choice = filter === undefined ? ['-filter_script:v', 'pipe:3'] : ['-vf', filter];
  const output = ['-map', '0:v:0', '-an', ...choice, '-vsync', '0', '-frames:v', '1'];
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
