import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { raiseStage, type Stage } from '../demo/stage.js';
import { SimulatedCamera } from '../simulators/camera/index.js';
import { CHROMIUM, QUIET } from '../support/chromium.js';
import { angrid, Program, programs } from '../support/program.js';
import { until } from '../support/until.js';

jest.setTimeout(120_000);

const PASSWORD = 'live-camera-1';
const test = (name: string): string => `[data-test="${name}"]`;

describe('live view', () => {
  let folder: string;
  let stage: Stage;
  let camera: SimulatedCamera;
  let gateway: Program;
  let environment: Record<string, string>;
  let browser: Browser;
  let page: Page;
  /** RTSP connections of the camera while nobody watches: that of the ring. */
  let atRest = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'angrid-live-'));
    environment = {
      ANGRID_GATEWAY_DATA: join(folder, 'gateway'),
      ANGRID_GATEWAY_BROKER_TLS: '127.0.0.1:0',
      ANGRID_GATEWAY_METRICS: '127.0.0.1:0',
      ANGRID_GATEWAY_CAMERAS_NETWORKS: '127.0.0.0/8',
      ANGRID_GATEWAY_MEDIA_RING: join(folder, 'ring'),
    };
    [stage, camera, browser] = await Promise.all([
      raiseStage({ folder, port: 0, onLine: () => undefined }),
      SimulatedCamera.start({
        ...{ id: 'live-cam', name: 'live', user: 'onvif', password: PASSWORD, multicast: false },
        cacheDir: join(tmpdir(), 'angrid-streams'),
      }),
      chromium.launch({ executablePath: CHROMIUM, args: [...QUIET] }),
    ]);
    await angrid(['init', '--cloud', stage.httpsUrl, '--code', stage.enrolmentCode, '--name', 'live'], environment);
    gateway = Program.start(programs.cli, ['run'], { environment });
    await gateway.line(({ msg }) => msg === 'the gateway runs');
    const secret = join(folder, 'camera.password');
    await writeFile(secret, PASSWORD, { mode: 0o600 });
    const place = ['--place', 'south-gate'];
    const access = ['--address', camera.onvifAddress, '--user', 'onvif', '--password-file', secret];
    await angrid(['device', 'add', 'cam', '--name', 'Gate', '--profile', 'camera', ...access, ...place], environment);
    await angrid(['device', 'add', 'gate', '--profile', 'json-panel', ...place, '--camera', 'cam'], environment);
    await until('the camera streams', async () => {
      const { streams } = await angrid<{ streams: Readonly<Record<string, string>> }>(['status'], environment);
      return streams['cam'] === 'running' || undefined;
    });
    await until('the cloud knows the camera of the door', async () => {
      const { doors } = await stage.police.get<{ doors: readonly { cameras: readonly object[] }[] }>('/api/doors');
      return doors.some(({ cameras }) => cameras.length === 1) || undefined;
    });
    atRest = camera.viewerCount;
    page = await (await browser.newContext({ locale: 'en' })).newPage();
    page.setDefaultTimeout(30_000);
  });

  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
    await camera?.stop();
    await stage?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const state = (name: string): string => `${test('live')}[data-state="${name}"]`;

  it('moves in the browser within seconds of a reason, and the camera is called for nothing else', async () => {
    const account = stage.logins.find(({ login }) => login === 'police');
    await page.goto(`${stage.url}/login`);
    await page
      .locator(`input${test('login-name')}, ${test('login-name')} input`)
      .first()
      .fill('police');
    await page
      .locator(`input${test('login-password')}, ${test('login-password')} input`)
      .first()
      .fill(account?.password ?? '');
    await page.locator(test('login-submit')).click();
    await page.locator(test('wall')).waitFor();
    await page.goto(`${stage.url}/doors`);
    await page.locator(test('door-row')).first().click();
    await page.locator(test('live-open')).click();
    await page
      .locator(`textarea${test('live-reason')}, ${test('live-reason')} textarea`)
      .first()
      .fill('to verify');
    await page.locator(test('live-submit')).click();
    await page.locator(state('playing')).waitFor();
    const seen = await picturesIn(page, 2000);
    expect(seen.width).toBe(640);
    expect(seen.different).toBeGreaterThan(10);
    expect(seen.lagMs).toBeLessThan(1000);
    expect(camera.viewerCount).toBe(atRest + 1);
  });

  it('is one stream of the camera, however many watch', async () => {
    const { grantId } = await stage.police.post<{ grantId: string }>('/api/cameras/jinxiu/cam/live', {
      reason: 'a second look',
    });
    const leaving = new AbortController();
    const second = await stage.police.call('GET', `/api/live/${grantId}`, undefined, leaving.signal);
    expect([second.status, second.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^video\/mp4; codecs="avc1\.[0-9a-f]{6}"$/),
    ]);
    const { value } = (await second.body?.getReader().read()) ?? {};
    expect(Buffer.from(value ?? []).toString('latin1', 4, 8)).toBe('ftyp');
    expect(camera.viewerCount).toBe(atRest + 1);
    leaving.abort();
  });

  it('ends at the camera within two seconds of the last viewer, and begins again without a second reason', async () => {
    await page.locator(test('live-stop')).click();
    const leftAt = performance.now();
    await until('the camera is left alone', () => Promise.resolve(camera.viewerCount === atRest || undefined));
    expect(performance.now() - leftAt).toBeLessThan(2000);
    await page.locator(test('live-open')).click();
    await page.locator(state('playing')).waitFor();
    await page.goto(`${stage.url}/`);
    await until('the camera is left alone', () => Promise.resolve(camera.viewerCount === atRest || undefined));
  });

  it('says why where there is no picture', async () => {
    camera.changePassword('another');
    const { grantId } = await stage.police.post<{ grantId: string }>('/api/cameras/jinxiu/cam/live', {
      reason: 'look',
    });
    const refused = await stage.police.call('GET', `/api/live/${grantId}`);
    expect(await refused.json()).toMatchObject({ code: 'media.stream-auth' });
    camera.changePassword(PASSWORD);
  });
});

interface Seen {
  readonly width: number;
  readonly different: number;
  readonly lagMs: number;
}

/** How many of the pictures that a page shows differ, and how far it is behind the newest one that it has. */
function picturesIn(page: Page, forMs: number): Promise<Seen> {
  return page.evaluate<Seen>(`new Promise((resolve) => {
    const video = document.querySelector('${test('live-video')}');
    const canvas = new OffscreenCanvas(64, 36).getContext('2d', { willReadFrequently: true });
    const pictures = new Set();
    const look = () => {
      canvas.drawImage(video, 0, 0, 64, 36);
      pictures.add(String(canvas.getImageData(0, 0, 64, 36).data));
      video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
    setTimeout(() => {
      const newest = video.buffered.end(video.buffered.length - 1);
      resolve({ width: video.videoWidth, different: pictures.size, lagMs: (newest - video.currentTime) * 1000 });
    }, ${forMs});
  })`);
}
