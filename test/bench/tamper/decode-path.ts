import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { GRAY_HEIGHT, GRAY_WIDTH } from '@angrid/gateway/media/gray-frame';
import { grayOutput } from '@angrid/gateway/media/camera-command';
import { FILM_HEIGHT, FILM_WIDTH } from './canvas.js';
import type { Film } from './film.js';

const RATE = 15;
const GRAY_BYTES = GRAY_WIDTH * GRAY_HEIGHT;
const PLAIN = ['-hide_banner', '-loglevel', 'error'];

/** Each picture of the film as H.264 key picture, and as the gateway decodes it; undefined where the camera gave none. */
export async function* throughH264(film: Film): AsyncGenerator<Uint8Array | undefined> {
  const encoder = spawn('ffmpeg', encoding(film.options.kilobits), { stdio: ['pipe', 'pipe', 'inherit'] });
  const decoder = spawn('ffmpeg', decoding(), { stdio: ['pipe', 'pipe', 'inherit'] });
  encoder.stdout.pipe(decoder.stdin);
  const given: boolean[] = [];
  const written = feed(film, encoder.stdin, given);
  try {
    let index = 0;
    for await (const gray of pictures(decoder.stdout)) {
      for (; given[index] === false; index += 1) yield undefined;
      index += 1;
      yield gray;
    }
    await written;
    for (; index < film.options.count; index += 1) {
      if (given[index] !== false) throw new Error(`picture ${index} did not come out of the decoder`);
      yield undefined;
    }
  } finally {
    await Promise.all([ended(encoder), ended(decoder)]);
  }
}

function encoding(kilobits: number): string[] {
  const bits = String(Math.round(kilobits * RATE));
  return [
    ...PLAIN,
    ...['-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${FILM_WIDTH}x${FILM_HEIGHT}`, '-r', String(RATE), '-i', 'pipe:0'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p', '-threads', '1'],
    ...['-g', '1', '-b:v', `${bits}k`, '-maxrate', `${bits}k`, '-bufsize', `${bits}k`, '-f', 'matroska', 'pipe:1'],
  ];
}

function decoding(): string[] {
  const input = ['-fpsprobesize', '0', '-analyzeduration', '0', '-threads', '1', '-f', 'matroska', '-i', 'pipe:0'];
  return [...PLAIN, ...input, '-map', '0:0', ...grayOutput('pipe:1')];
}

async function feed(film: Film, encoder: Writable, given: boolean[]): Promise<void> {
  for (let index = 0; index < film.options.count; index += 1) {
    const picture = new Uint8ClampedArray(FILM_WIDTH * FILM_HEIGHT);
    const leaves = film.draw(index, picture);
    given.push(leaves);
    if (leaves && !encoder.write(picture)) await once(encoder, 'drain');
  }
  encoder.end();
}

async function* pictures(source: Readable): AsyncGenerator<Uint8Array> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (; rest.length >= GRAY_BYTES; rest = rest.subarray(GRAY_BYTES))
      yield Uint8Array.from(rest.subarray(0, GRAY_BYTES));
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}
