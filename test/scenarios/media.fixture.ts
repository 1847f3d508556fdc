import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { signText } from '@angrid/contract/signing';
import { Seal } from '@angrid/gateway/identity/seal';
import { createMedia, type MediaOptions } from '@angrid/gateway/media/index';
import type { EvidenceRequest, Media } from '@angrid/gateway/media/media';
import { type Log, SystemClock } from '@angrid/runtime';

export const clock = new SystemClock();
export const { privateKey, publicKey } = generateKeyPairSync('ed25519');
export const GATEWAY = 'gw-test';
const sealKey = randomBytes(32);

/** Everything that was logged, as one text. */
export class LogBook {
  text = '';

  log(): Log {
    const write = (fields: object, message: string): void => {
      this.text += `${JSON.stringify(fields)} ${message}\n`;
    };
    const log: Log = { debug: write, info: write, warn: write, error: write, child: () => log };
    return log;
  }
}

export function mediaIn(dir: string, changes: Partial<MediaOptions> = {}): Promise<Media> {
  return createMedia({
    clock,
    log: new LogBook().log(),
    evidenceDir: join(dir, 'evidence'),
    ringDir: join(dir, 'ring'),
    gateway: GATEWAY,
    wrap: new Seal(sealKey),
    sign: (text) => signText(text, privateKey),
    stamp: () => ({ wall: new Date(clock.wall()).toISOString(), monotonicMs: clock.monotonic(), boot: 'boot' }),
    resolve: async (host) => host,
    ...changes,
  });
}

export function alertNow(camera: string, alert: string): EvidenceRequest {
  return { camera, alerts: [alert.repeat(64)], atMs: clock.wall(), monotonicMs: clock.monotonic() };
}

/** Waits until `condition` holds; fails after `seconds`. */
export async function until(what: string, condition: () => unknown, seconds = 30): Promise<void> {
  const end = clock.monotonic() + seconds * 1000;
  while (!(await condition())) {
    if (clock.monotonic() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await clock.sleep(50);
  }
}

export async function probe(file: string): Promise<{ codec: string; seconds: number; tags: unknown }> {
  const entries = 'stream=codec_name:format=duration:format_tags';
  const args = ['-v', 'error', '-show_entries', entries, '-of', 'json', file];
  const { stdout } = await promisify(execFile)('ffprobe', args);
  const { streams, format } = JSON.parse(stdout) as {
    streams: { codec_name: string }[];
    format: { duration: string; tags: unknown };
  };
  return {
    codec: streams.map(({ codec_name }) => codec_name).join(),
    seconds: Number(format.duration),
    tags: format.tags,
  };
}

/** Red, green and blue of one pixel, in the last picture of a file. */
export async function pixel(file: string, x: number, y: number): Promise<number[]> {
  const filter = `format=rgb24,crop=1:1:${x}:${y}`;
  const args = ['-v', 'error', '-i', file, '-vf', filter, '-f', 'rawvideo', 'pipe:1'];
  const { stdout } = await promisify(execFile)('ffmpeg', args, { encoding: 'buffer' });
  return [...stdout.subarray(-3)];
}

/** The ffmpeg processes that `parent` started and that have not ended. */
export async function childrenOf(parent: number): Promise<number[]> {
  const found: number[] = [];
  for (const pid of await processes()) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const [, name, state, ppid] = /^\d+ \((.*)\) (\S) (\d+)/.exec(stat) ?? [];
    if (name === 'ffmpeg' && state !== 'Z' && Number(ppid) === parent) found.push(pid);
  }
  return found;
}

export async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat !== undefined && !/^\d+ \(.*\) Z/.test(stat);
}

/** What any user of the machine can read of all processes, and what their own user can. */
export async function visibleText(): Promise<string> {
  const texts = await Promise.all(
    (await processes()).flatMap((pid) =>
      ['cmdline', 'environ'].map((name) => readFile(`/proc/${pid}/${name}`, 'latin1').catch(() => '')),
    ),
  );
  return texts.join('\n');
}

async function processes(): Promise<number[]> {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
}
