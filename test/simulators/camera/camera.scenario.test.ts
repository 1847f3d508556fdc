import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import type { Socket } from 'node:dgram';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestResponse, parseDigest } from './auth/digest.js';
import { SimulatedCamera } from './camera.js';

const run = promisify(execFile);
const cacheDir = join(tmpdir(), 'angrid-camera-video');
const password = 'pä:ss';
let folder: string;
let camera: SimulatedCamera;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'camera-'));
  camera = await SimulatedCamera.start({
    ...{ id: randomUUID(), name: 'East gate', user: 'admin', password, cacheDir },
    video: { loopSeconds: 4 },
    substream: { width: 320, height: 180, bitrateKbps: 150, profile: 'baseline' },
  });
}, 60_000);

afterAll(async () => {
  await camera.stop();
  await rm(folder, { recursive: true });
});

interface Copy {
  readonly file: string;
  readonly stderr: string;
}

/** What ffmpeg says and writes while it copies so many seconds of a stream. */
async function copy(name: string, seconds: number, input: readonly string[] = []): Promise<Copy> {
  const file = join(folder, name);
  const url = camera.rtspUrl.replace('//', `//admin:${encodeURIComponent(password)}@`);
  const source = [...input, '-rtsp_transport', 'tcp', '-i', url, '-t', String(seconds)];
  const { stderr } = await run('ffmpeg', ['-nostdin', '-loglevel', 'warning', ...source, '-c', 'copy', '-y', file]);
  return { file, stderr };
}

interface Probe {
  readonly streams: readonly { codec_name: string; width: number; height: number; nb_read_packets: string }[];
  readonly format: { duration: string };
}

async function probe(file: string): Promise<Probe> {
  const { stdout } = await run('ffprobe', [
    ...['-v', 'error', '-count_packets', '-of', 'json'],
    ...['-show_entries', 'stream=codec_name,width,height,nb_read_packets:format=duration', file],
  ]);
  return JSON.parse(stdout) as Probe;
}

/** Decodes every picture into a format without timestamps, so that only the decoder can complain. */
async function decodeErrors(file: string): Promise<string> {
  return (await run('ffmpeg', ['-v', 'warning', '-xerror', '-i', file, '-f', 'rawvideo', '-y', '/dev/null'])).stderr;
}

/**
 * ffmpeg's parser has no position for the first RTP packet and so gives the first picture of every H.264
 * camera no timestamp. It says so in two lines, once; anything more would be our fault.
 */
function complaintsAfterTheFirstPicture(stderr: string): string[] {
  const [first = '', second = '', ...others] = stderr.split('\n').filter((line) => line !== '');
  const known = [/Timestamps are unset in a packet for stream 0/, /Non-monotonous DTS.*previous: 0, current: 0;/];
  return [...[first, second].filter((line, index) => line !== '' && !known[index]?.test(line)), ...others];
}

describe('the video', () => {
  it('is copied by ffmpeg as clean H.264 in real time, by two clients at once', async () => {
    const started = performance.now();
    const copies = await Promise.all([
      copy('camera-time.mp4', 4),
      copy('wall-time.ts', 4, ['-use_wallclock_as_timestamps', '1', '-fpsprobesize', '0', '-analyzeduration', '0']),
    ]);
    expect(performance.now() - started).toBeGreaterThan(3_500);
    for (const { file, stderr } of copies) {
      const { streams, format } = await probe(file);
      expect(streams[0]).toMatchObject({ codec_name: 'h264', width: 640, height: 360 });
      expect(Math.abs(Number(format.duration) - 4)).toBeLessThan(0.5);
      expect(await decodeErrors(file)).toBe('');
      expect(complaintsAfterTheFirstPicture(stderr)).toEqual([]);
    }
  }, 60_000);

  it('runs on over the end of its loop without a gap', async () => {
    const { file, stderr } = await copy('long.mp4', 10);
    const { streams, format } = await probe(file);
    expect(complaintsAfterTheFirstPicture(stderr)).toEqual([]);
    expect(await decodeErrors(file)).toBe('');
    expect(Math.abs(Number(streams[0]?.nb_read_packets) - 150)).toBeLessThanOrEqual(2);
    expect(Math.abs(Number(format.duration) - 10)).toBeLessThan(0.2);
  }, 60_000);

  it('is refused with a wrong password, over UDP and at another path', async () => {
    const attempt = async (url: string, transport: string): Promise<string> => {
      const source = ['-rtsp_transport', transport, '-i', url, '-t', '1', '-f', 'null', '-'];
      const failed = await run('ffmpeg', ['-nostdin', '-loglevel', 'error', ...source]).catch(
        (error: unknown) => error,
      );
      return (failed as { stderr: string }).stderr;
    };
    const url = camera.rtspUrl.replace('//', `//admin:${encodeURIComponent(password)}@`);
    expect(await attempt(camera.rtspUrl.replace('//', '//admin:wrong@'), 'tcp')).toContain('401 Unauthorized');
    expect(await attempt(url, 'udp')).toContain('461 Unsupported Transport');
    expect(await attempt(url.replace('/stream', '/nothing'), 'tcp')).toContain('404 Not Found');
  }, 60_000);
});

interface NodeOnvif {
  /** The probing socket, from `startProbe` on. */
  readonly _udp: Socket;
  startProbe(): Promise<readonly { urn: string; name: string; hardware: string; xaddrs: string[] }[]>;
  OnvifDevice: new (options: { xaddr: string; user: string; pass: string }) => {
    init(): Promise<{ Manufacturer: string; SerialNumber: string }>;
    getProfileList(): readonly { token: string; snapshot: string; stream: { rtsp: string }; video: object }[];
  };
}
const nodeOnvif = createRequire(import.meta.url)('node-onvif') as NodeOnvif;

describe('node-onvif', () => {
  it('finds every camera of this machine by multicast on the loopback interface', async () => {
    const neighbour = await SimulatedCamera.start({
      ...{ id: randomUUID(), name: 'West gate', user: 'admin', password, cacheDir },
      video: 'off',
    });
    const probing = nodeOnvif.startProbe();
    nodeOnvif._udp.once('listening', () => nodeOnvif._udp.setMulticastInterface('127.0.0.1'));
    const found = await probing;
    await neighbour.stop();
    for (const { identity, onvifAddress } of [camera, neighbour]) {
      const { endpoint: urn, name } = identity;
      expect(found.find((device) => device.urn === urn)).toMatchObject({
        name: encodeURIComponent(name),
        hardware: encodeURIComponent(identity.model),
        xaddrs: [onvifAddress],
      });
    }
  }, 20_000);

  it('logs in and reads profiles and addresses, also from a camera whose clock is wrong', async () => {
    camera.clockSkewMs = 86_400_000;
    const device = new nodeOnvif.OnvifDevice({ xaddr: camera.onvifAddress, user: 'admin', pass: 'plain' });
    camera.changePassword('plain');
    const information = await device.init();
    camera.changePassword(password);
    camera.clockSkewMs = 0;
    expect(information).toMatchObject({ Manufacturer: 'AnGrid', SerialNumber: camera.identity.serialNumber });
    expect(device.getProfileList().map(({ token, stream }) => [token, stream.rtsp])).toEqual([
      ['Profile_1', camera.rtspUrl],
      ['Profile_2', camera.rtspUrl.replace('/stream', '/substream')],
    ]);
  }, 20_000);
});

describe('the snapshot', () => {
  it('is a JPEG of the picture, behind HTTP Digest', async () => {
    const url = new URL('/onvif/snapshot?profile=Profile_1', camera.onvifAddress);
    const refused = await fetch(url);
    expect(refused.status).toBe(401);
    const asked = parseDigest(refused.headers.get('www-authenticate') ?? '') ?? {};
    const uri = url.pathname + url.search;
    const fields = { ...asked, username: 'admin', uri, qop: 'auth', nc: '00000001', cnonce: 'c' };
    const response = digestResponse({ fields, algorithm: 'MD5', method: 'GET', password });
    const parts = Object.entries({ ...fields, response }).map(([name, value]) => `${name}="${value}"`);
    const granted = await fetch(url, { headers: { Authorization: `Digest ${parts.join(', ')}` } });
    const jpeg = Buffer.from(await granted.arrayBuffer());
    expect([granted.status, granted.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(jpeg.subarray(0, 3).toString('hex')).toBe('ffd8ff');
    expect(jpeg.subarray(-2).toString('hex')).toBe('ffd9');
  }, 20_000);
});

describe('the generated video', () => {
  it('is made once for all cameras of the same settings', async () => {
    const before = await digestOfCache();
    const other = await SimulatedCamera.start({
      ...{ id: randomUUID(), name: 'North gate', user: 'admin', password, cacheDir },
      ...{ video: { loopSeconds: 4 }, multicast: false },
    });
    await other.stop();
    expect(await digestOfCache()).toBe(before);
  });
});

async function digestOfCache(): Promise<string> {
  const file = join(cacheDir, 'camera-640x360-15fps-500k-gop2s-4s-main.h264');
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}
