import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { LiveSite } from '../support/live-site.js';
import { until } from '../support/until.js';

jest.setTimeout(120_000);

const test = (name: string): string => `[data-test="${name}"]`;

describe('live view', () => {
  let site: LiveSite;
  /** RTSP connections of the camera while nobody watches: that of the ring. */
  let atRest = 0;

  beforeAll(async () => {
    site = await LiveSite.open();
    atRest = site.camera.viewerCount;
  });
  afterAll(() => site?.close());

  const leftAlone = (): Promise<true> =>
    until('the camera is left alone', () => Promise.resolve(site.camera.viewerCount === atRest || undefined));
  const grant = async (): Promise<string> => {
    const reason = { reason: 'a second look' };
    return (await site.stage.police.post<{ grantId: string }>('/api/cameras/jinxiu/cam/live', reason)).grantId;
  };

  it('moves in the browser after a reason', async () => {
    await site.openLive();
    const seen = await picturesIn(site.page, 2000);
    expect(seen.width).toBe(640);
    expect(seen.different).toBeGreaterThan(10);
    expect(seen.lagMs).toBeLessThan(1000);
    expect(site.camera.viewerCount).toBe(atRest + 1);
  });

  it('is one stream of the camera, however many watch', async () => {
    const leaving = new AbortController();
    const second = await site.stage.police.call('GET', `/api/live/${await grant()}`, undefined, leaving.signal);
    expect([second.status, second.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^video\/mp4; codecs="avc1\.[0-9a-f]{6}"$/),
    ]);
    expect(site.camera.viewerCount).toBe(atRest + 1);
    leaving.abort();
  });

  it('ends at the camera within two seconds of the last viewer, and begins again without a second reason', async () => {
    const { page, stage } = site;
    await page.locator(test('live-stop')).click();
    const leftAt = performance.now();
    await leftAlone();
    expect(performance.now() - leftAt).toBeLessThan(2000);
    await page.locator(test('live-open')).click();
    await page.locator(LiveSite.state('playing')).waitFor();
    await page.goto(`${stage.url}/`);
    await leftAlone();
  });

  it('is closed where the page is out of sight, and says so', async () => {
    const { page } = site;
    await site.openLive();
    await page.evaluate(`Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'hidden' })`);
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await leftAlone();
    expect(await page.locator(test('live-ended')).innerText()).toContain('后台');
  });

  it('says why where there is no picture', async () => {
    site.camera.changePassword('another');
    const refused = await site.stage.police.call('GET', `/api/live/${await grant()}`);
    expect(await refused.json()).toMatchObject({ code: 'media.stream-auth' });
    site.camera.changePassword(LiveSite.password);
  });

  it('says why it has ended', async () => {
    const { page, camera } = site;
    await site.openLive();
    await camera.rebootFor(100);
    await page.locator(LiveSite.state('ended')).waitFor();
    expect(await page.locator(test('live-ended')).innerText()).toContain('视频流中断');
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
