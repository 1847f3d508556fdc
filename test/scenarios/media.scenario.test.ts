import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evidenceDataSchema, evidencePreimage } from '@angrid/contract';
import { sha256, verifyText } from '@angrid/contract/signing';
import type { Media, StoredEvidence } from '@angrid/gateway/media/media';
import { Secret } from '@angrid/runtime';
import { SimulatedCamera } from '../simulators/camera/index.js';
import {
  alertNow,
  childrenOf,
  clock,
  GATEWAY,
  isRunning,
  LogBook,
  mediaIn,
  pixel,
  probe,
  publicKey,
  until,
  visibleText,
} from './media.fixture.js';

const USER = 'watcher-CANARY-user';
const PASSWORD = 'S3cr3t:CANARY@1/2';
/** The first request of every attempt has no login, and is answered with the challenge. */
const REFUSED_AN_ATTEMPT = 2;
const LEFT_HALF = [[[0, 0], [0.5, 0], [0.5, 1], [0, 1]]] as const; // prettier-ignore
const cacheDir = join(tmpdir(), 'angrid-camera-video');

describe('the media side with a camera', () => {
  let dir: string;
  let camera: SimulatedCamera;
  let media: Media;
  let book: LogBook;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'media-'));
    const account = { user: USER, password: PASSWORD };
    camera = await SimulatedCamera.start({ id: 'cam', name: 'Gate', ...account, cacheDir, multicast: false });
    book = new LogBook();
    media = await mediaIn(dir, { log: book.log() });
  }, 60_000);

  afterEach(async () => {
    await media.stop();
    expect(await childrenOf(process.pid)).toEqual([]);
    await camera.stop();
    await rm(dir, { recursive: true });
  });

  const stream = (changes: object = {}) => ({
    camera: 'cam',
    url: camera.rtspUrl,
    user: USER,
    password: new Secret(PASSWORD),
    masks: [],
    ...changes,
  });
  const state = (): string | undefined => media.states().get('cam')?.state;
  const detail = (): string => media.states().get('cam')?.detail ?? '';
  const running = (seconds?: number) => until('the stream runs', () => state() === 'running', seconds);
  const segments = async (): Promise<number> => (await readdir(join(dir, 'ring', 'cam')).catch(() => [])).length;

  async function expectGenuine({ data, file }: StoredEvidence): Promise<void> {
    expect(evidenceDataSchema.parse(data)).toEqual(data);
    const { signature, ...unsigned } = data;
    expect(verifyText(evidencePreimage(GATEWAY, unsigned), signature, publicKey)).toBe(true);
    const bytes = await readFile(file);
    expect({ sha256: sha256(bytes), bytes: bytes.length }).toEqual({ sha256: data.sha256, bytes: data.bytes });
    expect((await media.find(data.evidence))?.file).toBe(file);
  }

  it('gives a snapshot of the moment and a clip of five seconds around it, which near alerts share', async () => {
    await media.watch([stream()]);
    await running();
    await until('the ring holds the pre-roll', async () => (await segments()) >= 5);
    const first = alertNow('cam', 'a');
    const clips = [media.clip(first)];
    const snapshot = await media.snapshot(first);
    clips.push(media.clip(alertNow('cam', 'b')));
    await expectGenuine(snapshot);
    expect(Math.abs(snapshot.data.offsetMs)).toBeLessThanOrEqual(1000);
    expect((await probe(snapshot.file)).codec).toBe('mjpeg');

    const [clip, same] = await Promise.all(clips);
    if (!clip) throw new Error('no clip');
    expect(same).toEqual(clip);
    await expectGenuine(clip);
    expect(clip.data).toMatchObject({ alerts: ['a'.repeat(64), 'b'.repeat(64)], codec: 'h264', shortPreRoll: false });
    expect(Date.parse(clip.data.span.from)).toBeLessThanOrEqual(first.atMs - 5000);
    expect(Date.parse(clip.data.span.to)).toBeGreaterThanOrEqual(first.atMs + 5000);
    const { codec, seconds } = await probe(clip.file);
    const spanSeconds = (Date.parse(clip.data.span.to) - Date.parse(clip.data.span.from)) / 1000;
    expect(codec).toBe('h264');
    expect(seconds).toBeLessThanOrEqual(14);
    expect(Math.abs(seconds - spanSeconds)).toBeLessThan(0.5);
    const bytes = await readFile(clip.file);
    expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
  }, 60_000);

  it('shows user and password to nobody: no command line, environment, log or file holds them', async () => {
    await media.watch([stream()]);
    await running();
    const visible = await visibleText();
    for (const [text, isThere] of [
      ['pipe:0', true],
      ['rtsp://', false],
      ['CANARY', false],
    ] as const)
      // prettier-ignore
      expect(visible.includes(text)).toBe(isThere);
    await media.watch([stream({ password: new Secret('another-CANARY') })]);
    await until('the password is refused', () => state() === 'failed');
    const files = await readdir(dir, { recursive: true });
    expect(`${book.text} ${detail()} ${files.join()}`).not.toContain('CANARY');
    expect(book.text).toContain('media.stream-auth');
  }, 60_000);

  it('tries a wrong password twice, and a new one at once', async () => {
    const analysisUrl = camera.rtspUrl.replace('/stream', '/substream');
    await media.watch([stream({ analysisUrl, password: new Secret('wrong') })]);
    await until('the password is refused', () => detail().startsWith('media.stream-auth'));
    await clock.sleep(4000);
    expect(camera.refused.rtsp).toBe(2 * REFUSED_AN_ATTEMPT);
    expect(await childrenOf(process.pid)).toEqual([]);
    await media.watch([stream()]);
    await running(10);
  }, 60_000);

  it('burns masks into all that leaves, and gives the unmasked original to nobody', async () => {
    await media.watch([stream({ masks: LEFT_HALF })]);
    await running();
    await until('the ring holds something', async () => (await segments()) >= 2);
    const alert = alertNow('cam', 'c');
    const [snapshot, clip] = await Promise.all([media.snapshot(alert), media.clip(alert)]);
    for (const { file, data } of [snapshot, clip]) {
      expect(data.masks).toBe(1);
      for (const x of [2, 160, 316]) expect(Math.max(...(await pixel(file, x, 180)))).toBeLessThan(24);
    }
    expect(clip.data.shortPreRoll).toBe(true);
    expect(await probe(clip.file)).toMatchObject({ codec: 'h264' });
    const names = await readdir(join(dir, 'evidence'), { recursive: true });
    const kinds = names.map((name) => /\.(mp4|sealed)$/.exec(name)?.[1] ?? '').filter((kind) => kind !== '');
    expect(kinds.sort()).toEqual(['mp4', 'sealed']);
    const grant = { id: 'grant-1', expiresMs: clock.wall() + 60_000 };
    const { data, open } = await media.release(clip.data.evidence, grant);
    expect(data).toMatchObject({
      sha256: clip.data.original,
      masks: 0,
      alerts: clip.data.alerts,
      grant: { id: 'grant-1' },
    });
    const piece = await open();
    const bytes = await piece.read(0, data.bytes);
    await piece.close();
    expect(sha256(bytes)).toBe(data.sha256);
    const plain = join(dir, 'original.mp4');
    await writeFile(plain, bytes);
    expect(Math.max(...(await pixel(plain, 316, 180)))).toBeGreaterThan(24);
  }, 60_000);

  it('starts again after a stall and after a reboot, and keeps what it has', async () => {
    await media.watch([stream()]);
    await running();
    await until('the ring holds something', async () => (await segments()) >= 3);
    camera.stall('video');
    await until('the stall is noticed', () => detail().startsWith('media.stream-stalled'));
    camera.resume();
    await running(10);
    await camera.rebootFor(1500);
    await running(10);
    expect(book.text).toMatch(/media\.stream-(failed|unreachable)/);
    expect(await segments()).toBeGreaterThan(3);
    expect(camera.viewerCount).toBe(1);
  }, 90_000);

  it('says that there is no footage instead of showing another moment', async () => {
    await media.watch([stream()]);
    await running();
    const old = { ...alertNow('cam', 'd'), monotonicMs: clock.monotonic() - 60_000 };
    const asked = [media.snapshot(old), media.clip(old), media.snapshot(alertNow('nobody', 'd'))];
    for (const answer of await Promise.allSettled(asked)) {
      expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'media.no-footage' } });
    }
  }, 60_000);

  it('leaves no process behind when the gateway is killed, and clears its ring at the next start', async () => {
    const loader = new URL('../../gateway/src/outbox/source-loader.fixture.mjs', import.meta.url).href;
    const program = new URL('./media-gateway.fixture.ts', import.meta.url).pathname;
    const gateway = spawn(process.execPath, ['--conditions=source', '--import', loader, program], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    gateway.stdin.end(JSON.stringify({ dir, url: camera.rtspUrl, user: USER, password: PASSWORD }));
    await once(gateway.stdout, 'data');
    const children = await childrenOf(gateway.pid ?? 0);
    expect(children).not.toEqual([]);
    gateway.kill('SIGKILL');
    await once(gateway, 'close');
    await until('ffmpeg has gone', async () => (await Promise.all(children.map(isRunning))).every((runs) => !runs), 5);
    expect(await segments()).toBeGreaterThan(0);
    const next = await mediaIn(dir);
    expect(await segments()).toBe(0);
    await next.stop();
  }, 60_000);
});
