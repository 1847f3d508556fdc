import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AnGridError } from '@angrid/contract';
import type { Capture } from '@angrid/device-profiles';
import { catalogue } from '@angrid/runtime';
import type { LearnedLine } from '../control/learn.js';
import { isHeard } from '../mqtt/topics.js';
import type { Context } from './context.js';
import { deviceOf } from './device-of.js';

const { translate } = catalogue({
  en: {
    heard: '{taken} messages recorded, {known} already known; {left} s left, Ctrl-C ends it now',
  },
  'zh-CN': { heard: '已采集 {taken} 条，另有 {known} 条已能识别；剩余 {left} 秒，Ctrl-C 提前结束' },
});

const MOST = 500;
const MOST_BYTES = 64 * 1024 * 1024;

/** Bodies of a file, one a line, or of a folder, one a file. */
export async function capturesIn(path: string, topic: string | undefined): Promise<Capture[]> {
  try {
    const bodies = (await stat(path)).isDirectory() ? await bodiesOf(path) : linesOf(await readBounded(path));
    return bodies.slice(0, MOST).map((body) => ({ topic, body, device: '' }));
  } catch (cause) {
    if (cause instanceof AnGridError) throw cause;
    throw new AnGridError('input.invalid', { op: 'profile.learn', subject: path, detail: String(cause), cause });
  }
}

async function bodiesOf(folder: string): Promise<Buffer[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const bodies: Buffer[] = [];
  for (const name of names.sort().slice(0, MOST)) bodies.push(await readBounded(join(folder, name)));
  return bodies;
}

async function readBounded(file: string): Promise<Buffer> {
  const { size } = await stat(file);
  if (size > MOST_BYTES) throw new AnGridError('input.too-large', { op: 'profile.learn', subject: file });
  return readFile(file);
}

function linesOf(text: Buffer): Buffer[] {
  const lines = text.toString('utf8').split(/\r?\n/);
  return lines.filter((line) => line.trim() !== '').map((line) => Buffer.from(line));
}

export interface Listening {
  readonly device: string;
  /** MQTT filter or path; all topics where it is not given. */
  readonly topic: string | undefined;
  readonly seconds: number;
  /** What its profile understands, too. */
  readonly all: boolean;
}

/** What a paired device said that its profile does not know, and says until the time is over or Ctrl-C. */
export async function capturesFrom({ device, topic, seconds, all }: Listening, context: Context): Promise<Capture[]> {
  const { progress, locale, world } = context;
  const gateway = context.gateway();
  await deviceOf(device, gateway);
  const stop = new AbortController();
  const until = world.clock.monotonic() + seconds * 1000;
  const captures: Capture[] = [];
  let known = 0;
  const tell = (): void => {
    const left = Math.max(0, Math.round((until - world.clock.monotonic()) / 1000));
    progress.tell(translate(locale, 'heard', { taken: captures.length, known, left }));
  };
  const cancels = [world.clock.after(seconds * 1000, () => stop.abort()), world.clock.every(1000, tell)];
  try {
    for await (const line of gateway.follow<LearnedLine>(`/devices/${device}/messages`, stop.signal)) {
      if (topic !== undefined && !isAbout(line.topic, topic)) continue;
      if (line.known && !all) known += 1;
      else captures.push({ topic: line.topic, body: Buffer.from(line.body, 'base64'), device: line.device });
      tell();
      if (captures.length >= MOST) break;
    }
  } finally {
    for (const cancel of cancels) cancel();
    progress.end();
  }
  return captures;
}

function isAbout(topic: string, filter: string): boolean {
  return isHeard(filter, topic.split('?', 1)[0] ?? '');
}
