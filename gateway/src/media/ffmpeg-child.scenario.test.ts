import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '@angrid/runtime';
import { runJob } from './ffmpeg-child.js';
import { pictureArguments, pictureFilter, remuxArguments } from './ffmpeg-commands.js';
import { readPpm } from './picture.js';

const clock = new SystemClock();
const job = (args: readonly string[], changes: object = {}) =>
  runJob({
    op: 'test',
    subject: 'cam',
    ffmpeg: 'ffmpeg',
    args,
    clock,
    timeoutMs: 20_000,
    maxOutput: 10_000_000,
    ...changes,
  });
const testPicture = ['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', 'testsrc=s=64x32:r=10'];
const asSegment = ['-t', '1', '-c:v', 'libx264', '-bf', '0', '-g', '10', '-f', 'mpegts', 'pipe:1'];

describe('a job of ffmpeg', () => {
  let dir: string;
  beforeEach(async () => (dir = await mkdtemp(join(tmpdir(), 'job-'))));
  afterEach(async () => rm(dir, { recursive: true }));

  it('reads its descriptors and gives its output', async () => {
    const segment = await job([...testPicture, ...asSegment]);
    for (const index of [0, 9]) {
      const { width, height } = readPpm(await job(pictureArguments(pictureFilter(index)), { feeds: [segment] }));
      expect({ width, height }).toEqual({ width: 64, height: 32 });
    }
    expect(await job(pictureArguments(pictureFilter(10)), { feeds: [segment] })).toHaveLength(0);
  });

  it('begins with what is there before the rest of it', async () => {
    const segment = await job([...testPicture, ...asSegment]);
    const half = 188 * Math.floor(segment.length / 376);
    const rest = clock.sleep(300).then(() => segment.subarray(half));
    const [whole, parts] = [join(dir, 'whole.mp4'), join(dir, 'parts.mp4')];
    await job(remuxArguments(whole), { feeds: [segment] });
    await job(remuxArguments(parts), { head: segment.subarray(0, half), feeds: [rest] });
    expect((await readFile(parts)).equals(await readFile(whole))).toBe(true);
  });

  it('comes up before it knows what to do, and its time limit counts from then', async () => {
    const segment = await job([...testPicture, ...asSegment]);
    const ordered = clock.sleep(1500).then(() => segment);
    const feeds = [ordered, ordered.then(() => Buffer.from(pictureFilter(9)))];
    const picture = await job(pictureArguments(), { feeds, timeoutMs: 1400 });
    expect(picture.equals(await job(pictureArguments(pictureFilter(9)), { feeds: [segment] }))).toBe(true);
  });

  it('says what ffmpeg said when it fails', async () => {
    const failure = job(remuxArguments(join(dir, 'a.mp4')), { feeds: [Buffer.from('no video')] });
    await expect(failure).rejects.toMatchObject({
      code: 'media.cut-failed',
      subject: 'cam',
      detail: 'pipe:0: could not find codec parameters',
    });
  });

  it('opens no file that its input names', async () => {
    await writeFile(join(dir, 'secret.ts'), await job([...testPicture, ...asSegment]));
    const playlists = [
      `#EXTM3U\n#EXTINF:1,\nfile://${dir}/secret.ts\n#EXT-X-ENDLIST\n`,
      `ffconcat version 1.0\nfile '${dir}/secret.ts'\n`,
    ];
    for (const playlist of playlists) {
      const failure = job(remuxArguments(join(dir, 'a.mp4')), { feeds: [Buffer.from(playlist)] });
      await expect(failure).rejects.toMatchObject({ code: 'media.cut-failed' });
    }
    expect(await readdir(dir)).toEqual(['secret.ts']);
  });

  it('is broken off when it takes too long or writes too much', async () => {
    const endless = [...testPicture, '-f', 'rawvideo', 'pipe:1'];
    await expect(job(endless, { maxOutput: 100_000 })).rejects.toMatchObject({
      code: 'media.cut-failed',
      detail: 'more than 100000 bytes of output',
    });
    const slow = ['-v', 'error', '-nostdin', '-re', ...testPicture.slice(3), '-f', 'null', '-'];
    await expect(job(slow, { timeoutMs: 300 })).rejects.toMatchObject({ detail: 'not done within 300 ms' });
  });

  it('tells that ffmpeg is missing', async () => {
    const failure = job([], { ffmpeg: 'no-such-program', feeds: [Buffer.from('x')] });
    await expect(failure).rejects.toMatchObject({ code: 'media.ffmpeg-missing', subject: 'no-such-program' });
  });
});
