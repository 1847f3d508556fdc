import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressGuard } from '@angrid/gateway/devices/address-guard';
import type { GrayFrame, StreamNotice } from '@angrid/gateway/media/gray-frame';
import type { CameraStream, Media } from '@angrid/gateway/media/media';
import { Secret } from '@angrid/runtime';
import { makeSound, makeVideo } from '../support/gst-rtsp/footage.js';
import { GstRtspServer, type Mount } from '../support/gst-rtsp/gst-rtsp-server.js';
import { alertNow, childrenOf, clock, LogBook, mediaIn, probe, until } from './media.fixture.js';

const LOGIN = { user: 'watcher', password: 'S3cr3t:a@b/c' };
const DOCUMENT = '<tt:MetadataStream xmlns:tt="urn:tt"><tt:Event>seen</tt:Event></tt:MetadataStream>';

/** Streams of a real RTSP server, recorded and looked at. */
describe('the streams of a camera', () => {
  let dir: string;
  let media: Media;
  let book: LogBook;
  let files: { main: string; sub: string; other: string; hevc: string; sound: string; metadata: string };
  let servers: GstRtspServer[] = [];
  let frames: GrayFrame[] = [];
  let notices: StreamNotice[] = [];
  let metadata = '';
  let addresses: Record<string, string> = {};

  beforeAll(async () => {
    const small = { codec: 'h264', width: 320, height: 180, fps: 15, kilobits: 300, seconds: 8 } as const;
    const [main, sub, other, hevc, sound] = await Promise.all([
      makeVideo({ ...small, width: 640, height: 360, kilobits: 1000 }),
      makeVideo(small),
      makeVideo({ ...small, width: 480, height: 270 }),
      makeVideo({ ...small, codec: 'h265', width: 640, height: 360 }),
      makeSound(8),
    ]);
    const document = join(await mkdtemp(join(tmpdir(), 'metadata-')), 'document.xml');
    await writeFile(document, DOCUMENT);
    files = { main, sub, other, hevc, sound, metadata: document };
  }, 60_000);

  afterAll(() => rm(join(files.metadata, '..'), { recursive: true }));

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'streams-'));
    book = new LogBook();
    [frames, notices, metadata, addresses] = [[], [], '', { 'gate.invalid': '127.0.0.1' }];
    const guard = addressGuard({ networks: ['127.0.0.1/32'], lookup: async (host) => [addresses[host] ?? ''] });
    media = await mediaIn(dir, {
      log: book.log(),
      settings: { stallMs: 2500, connectMs: 3000 },
      resolve: (host) => guard.resolve(host),
      onFrame: (frame) => frames.push(frame),
      onNotice: (notice) => notices.push(notice),
      onMetadata: (_camera, bytes) => (metadata += bytes.toString()),
    });
  });

  afterEach(async () => {
    await media.stop();
    expect(await childrenOf(process.pid)).toEqual([]);
    for (const server of servers) await server.kill();
    servers = [];
    await rm(dir, { recursive: true });
  });

  const video = (path: string, file: string, more: Partial<Mount> = {}): Mount => ({ path, codec: 'h264', fps: 15, video: file, ...more }); // prettier-ignore

  async function serve(mounts: readonly Mount[], port = 0): Promise<GstRtspServer> {
    const server = await GstRtspServer.start({ ...LOGIN, mounts, port });
    servers.push(server);
    return server;
  }

  const stream = (camera: string, url: string, more: Partial<CameraStream> = {}): CameraStream => ({
    camera,
    url,
    user: LOGIN.user,
    password: new Secret(LOGIN.password),
    masks: [],
    ...more,
  });
  const stateOf = (camera: string): string | undefined => media.states().get(camera)?.state;
  const detailOf = (camera: string): string => media.states().get(camera)?.detail ?? '';
  const runs = (camera: string) => until(`${camera} runs`, () => stateOf(camera) === 'running', 10);
  const framesOf = (camera: string): GrayFrame[] => frames.filter((frame) => frame.camera === camera);
  const another = (camera: string) => {
    const before = framesOf(camera).length;
    return until(`another picture of ${camera}`, () => framesOf(camera).length > before, 8);
  };
  const segments = async (camera: string): Promise<number> => (await readdir(join(dir, 'ring', camera))).length;

  it('are recorded from the main one and looked at in the substream; H.265 and sound are cut without the sound', async () => {
    const server = await serve([
      video('/gate/main', files.main, { metadata: files.metadata }),
      video('/gate/sub', files.sub),
      video('/yard/main', files.hevc, { codec: 'h265', audio: files.sound }),
    ]);
    const gate = stream('gate', server.url('/gate/main'), { analysisUrl: server.url('/gate/sub') });
    await media.watch([gate, stream('yard', server.url('/yard/main'))]);
    for (const camera of ['gate', 'yard']) {
      await runs(camera);
      await until(`pictures of ${camera}`, () => framesOf(camera).length >= 2, 10);
      const [first, second] = framesOf(camera);
      expect(first?.pixels).toHaveLength(160 * 90);
      expect(new Set(first?.pixels).size).toBeGreaterThan(20);
      expect((second?.monotonicMs ?? 0) - (first?.monotonicMs ?? 0)).toBeGreaterThan(1000);
      expect(Math.abs((second?.wallMs ?? 0) - clock.wall())).toBeLessThan(10_000);
    }
    expect(metadata).toContain(DOCUMENT);
    const clips = await Promise.all(['gate', 'yard'].map((camera) => media.clip(alertNow(camera, 'a'))));
    const found = await Promise.all(clips.map(({ file }) => probe(file)));
    expect(found.map(({ codec }) => codec)).toEqual(['h264', 'hevc']);
    for (const { seconds } of found) expect(seconds).toBeGreaterThan(6);
  }, 60_000);

  it('stand still, one without the other and without another camera, and come back', async () => {
    const [main, sub, other] = await Promise.all([
      serve([video('/main', files.main)]),
      serve([video('/sub', files.sub)]),
      serve([video('/main', files.main)]),
    ]);
    const gate = stream('gate', main.url('/main'), { analysisUrl: sub.url('/sub') });
    await media.watch([gate, stream('yard', other.url('/main'))]);
    await Promise.all([runs('gate'), runs('yard'), another('gate')]);
    const failures = (): number => book.text.split('yard","detail').length;
    const before = failures();
    sub.freeze();
    await until('the stall of the substream is noticed', () => book.text.includes('substream failed'), 10);
    const recorded = await segments('gate');
    await another('gate');
    expect([stateOf('gate'), (await segments('gate')) >= recorded]).toEqual(['running', true]);
    main.freeze();
    await until('the stall is noticed', () => detailOf('gate').startsWith('media.stream-stalled'), 10);
    await another('yard');
    for (const server of [main, sub]) server.thaw();
    await runs('gate');
    await another('gate');
    expect(notices.some(({ camera, kind }) => camera === 'gate' && kind === 'gap')).toBe(true);
    expect(failures()).toBe(before);
  }, 60_000);

  it('change their size, their password and their server', async () => {
    const server = await serve([video('/main', files.main)]);
    const url = server.url('/main');
    await media.watch([stream('gate', url)]);
    await runs('gate');
    await another('gate');
    await server.play('/main', files.other);
    await until('the new size is told', () => notices.some(({ kind }) => kind === 'resolution'), 10);
    expect(notices.find(({ kind }) => kind === 'resolution')).toMatchObject({
      camera: 'gate',
      width: 480,
      height: 270,
    });
    await another('gate');
    expect(stateOf('gate')).toBe('running');

    await server.setPassword('another');
    await until('the password is refused', () => detailOf('gate').startsWith('media.stream-auth'), 10);
    await media.watch([stream('gate', url, { password: new Secret('another') })]);
    await runs('gate');

    await server.kill();
    await until('its end is noticed', () => stateOf('gate') === 'failed', 10);
    await serve([video('/main', files.main)], server.port);
    await until('a refused password, for it is the old one again', () => detailOf('gate').startsWith('media.stream-auth'), 10); // prettier-ignore
    await media.watch([stream('gate', url)]);
    await runs('gate');
    await media.watch([stream('gate', server.url('/nothing'))]);
    await until('there is no such stream', () => detailOf('gate').startsWith('media.stream-not-found'), 10);
  }, 60_000);

  it('are not fetched from outside the networks of the site, also where a name comes to mean something else', async () => {
    const server = await serve([video('/main', files.main)]);
    const gate = stream('gate', `rtsp://gate.invalid:${server.port}/main`);
    await media.watch([gate]);
    await runs('gate');
    for (const address of ['169.254.1.1', '127.0.0.2', '10.1.2.3']) {
      addresses = { 'gate.invalid': address };
      await media.watch([{ ...gate, url: `${gate.url}?${address}` }]);
      await until('it is refused', () => detailOf('gate').startsWith('device.address-refused'), 10);
    }
    expect(await childrenOf(process.pid)).toEqual([]);
  }, 60_000);

  it('leave no descriptor behind when they start thirty times', async () => {
    const server = await serve([video('/main', files.sub), video('/sub', files.sub)]);
    const gate = stream('gate', server.url('/main'), { analysisUrl: server.url('/sub') });
    const once = async (): Promise<void> => {
      await media.watch([gate]);
      await runs('gate');
      await media.watch([]);
    };
    const open = async (): Promise<number> => (await readdir('/proc/self/fd')).length;
    await once();
    const before = await open();
    for (let count = 0; count < 30; count += 1) await once();
    await until('all are closed', async () => (await open()) <= before, 5);
  }, 60_000);
});
