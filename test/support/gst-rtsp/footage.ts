import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface FootageSpec {
  readonly codec: 'h264' | 'h265';
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly kilobits: number;
  readonly seconds: number;
  /** As if the lens were in the dark. */
  readonly black?: boolean;
}

const CACHE = join(tmpdir(), 'angrid-rtsp-video');
const run = promisify(execFile);

/** Moving, noisy pictures as an Annex B file with access unit delimiters, a key picture every two seconds; made once. */
export function makeVideo(spec: FootageSpec): Promise<string> {
  const { codec, width, height, fps, kilobits, seconds, black = false } = spec;
  const source = ['-f', 'lavfi', '-i', `testsrc2=s=${width}x${height}:r=${fps}`, '-t', String(seconds)];
  const rate = ['-b:v', `${kilobits}k`, '-maxrate', `${kilobits}k`, '-bufsize', `${Math.round(kilobits / 2)}k`];
  const encoder =
    codec === 'h264'
      ? ['-c:v', 'libx264', '-preset', 'veryfast', '-x264-params', 'aud=1:scenecut=0']
      : [
          '-c:v',
          'libx265',
          '-preset',
          'ultrafast',
          '-x265-params',
          'aud=1:repeat-headers=1:scenecut=0:log-level=error',
        ];
  const filter = black ? 'lutyuv=y=18:u=128:v=128,noise=alls=4:allf=t' : 'noise=alls=12:allf=t';
  const picture = ['-vf', filter, '-bf', '0', '-g', String(fps * 2), '-pix_fmt', 'yuv420p'];
  return made([...source, ...picture, ...encoder, ...rate, '-f', codec === 'h264' ? 'h264' : 'hevc']);
}

/** A tone as ADTS. */
export function makeSound(seconds: number): Promise<string> {
  return made(['-f', 'lavfi', '-i', 'sine=r=48000', '-t', String(seconds), '-c:a', 'aac', '-b:a', '64k', '-f', 'adts']);
}

/** Runs ffmpeg with these arguments and an output file, unless that is there from an earlier time. */
async function made(args: readonly string[]): Promise<string> {
  const file = join(CACHE, createHash('sha256').update(args.join(' ')).digest('hex').slice(0, 16));
  const found = await access(file).then(
    () => true,
    () => false,
  );
  if (found) return file;
  await mkdir(CACHE, { recursive: true });
  const part = `${file}.${process.pid}`;
  await run('nice', ['ffmpeg', '-v', 'error', '-nostdin', '-y', ...args, part]);
  await rename(part, file);
  return file;
}
