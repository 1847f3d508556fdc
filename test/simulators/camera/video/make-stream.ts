import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AnGridError } from '@angrid/contract';
import { timeCode, videoFileName, type VideoSettings } from './settings.js';

const run = promisify(execFile);

/**
 * The Annex-B file of these settings inside `cacheDir`, made by ffmpeg when it is not there yet.
 * Throws `media.ffmpeg-missing` or `media.stream-failed`.
 */
export async function makeStream(cacheDir: string, settings: VideoSettings): Promise<string> {
  const file = join(cacheDir, videoFileName(settings));
  await makeOnce(file, (target) => [...scene(settings), ...encoder(settings), '-f', 'h264', target]);
  return file;
}

/** A JPEG of the first picture, beside the stream's file. Errors as `makeStream`. */
export async function makeSnapshot(streamFile: string): Promise<string> {
  const file = streamFile.replace(/\.h264$/, '.jpg');
  await makeOnce(file, (target) => ['-i', streamFile, '-frames:v', '1', '-q:v', '4', '-f', 'mjpeg', target]);
  return file;
}

/** The test picture carries a running clock and frame number; noise and a moving box keep every frame different. */
function scene(settings: VideoSettings): string[] {
  const { width, height, fps, loopSeconds } = settings;
  const box = Math.round(height / 6);
  const graph =
    `testsrc2=size=${width}x${height}:rate=${fps}:duration=${loopSeconds},noise=alls=8:allf=t[picture];` +
    `color=c=white:size=${box}x${box}:rate=${fps}:duration=${loopSeconds}[box];` +
    `[picture][box]overlay=x='mod(t*${Math.round(width / 8)},W-w)':y='H-h-${Math.round(height / 12)}'${settings.timeCode ? codeBlocks() : ''},format=yuv420p[out]`;
  return ['-filter_complex', graph, '-map', '[out]'];
}

/** A black bar, and on it a white block for each bit of the picture's number that is set. */
function codeBlocks(): string {
  const { bits, left, top, block } = timeCode;
  const box = (at: number, width: number, rest: string): string =>
    `,drawbox=x=iw*${at}:y=ih*${top}:w=iw*${width}:h=ih*${block}:t=fill:${rest}`;
  const blocks = Array.from({ length: bits }, (_, bit) =>
    box(left + bit * block, block, `color=white:enable='mod(floor(n/${2 ** bit}),2)'`),
  );
  return [box(left, bits * block, 'color=black'), ...blocks].join('');
}

function encoder(settings: VideoSettings): string[] {
  const { fps, bitrateKbps, gopSeconds, profile } = settings;
  const gop = String(fps * gopSeconds);
  return [
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', profile, '-bf', '0'],
    ...['-g', gop, '-keyint_min', gop, '-sc_threshold', '0', '-x264-params', 'slices=1'],
    ...['-b:v', `${bitrateKbps}k`, '-maxrate', `${bitrateKbps}k`, '-bufsize', `${bitrateKbps * 2}k`],
  ];
}

/** Writes beside the target and renames, so that several processes may make the same file at once. */
async function makeOnce(file: string, argumentsFor: (target: string) => string[]): Promise<void> {
  if (await exists(file)) return;
  await mkdir(join(file, '..'), { recursive: true });
  const target = `${file}.${randomUUID()}.part`;
  try {
    await run('ffmpeg', ['-nostdin', '-hide_banner', '-loglevel', 'error', '-y', ...argumentsFor(target)]);
    await rename(target, file);
  } catch (cause) {
    await rm(target, { force: true });
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const code = missing ? 'media.ffmpeg-missing' : 'media.stream-failed';
    throw new AnGridError(code, { op: 'simulator.video', subject: file, cause });
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
