import { timeCode } from '../../simulators/camera/video/settings.js';
import { LiveSite } from '../../support/live-site.js';
import { type Bench, median, percentile, rounded } from '../bench.js';

const RUNS = 5;
const SETTLE_MS = 5000;
const RUN_MS = 10_000;
/** A run is shorter than the loop: no number is given twice within it. */
const VIDEO = { width: 1920, height: 1080, fps: 15, bitrateKbps: 4000, loopSeconds: 16, timeCode: true };

/** A picture that a page has shown: its number, and when, in wall milliseconds. */
type Sighting = readonly [index: number, atMs: number];

/** From the moment in which a camera sends a picture to the one in which a browser shows it. */
export const live: Bench = {
  name: 'live',
  about: `live: a camera of 1080p15, 4 Mbit/s, H.264; gateway and cloud as processes, the console in headless Chromium; ${RUNS} runs of ${RUN_MS / 1000} s`,
  run: async (say) => {
    const pushed = new Map<number, number>();
    const onPicture = (path: string, index: number): void => {
      if (path === '/stream') pushed.set(index, performance.timeOrigin + performance.now());
    };
    const site = await LiveSite.open({ video: VIDEO, onPicture });
    try {
      await site.openLive();
      await site.page.waitForTimeout(SETTLE_MS);
      const runs: { readonly p50: number; readonly p95: number }[] = [];
      for (let run = 1; run <= RUNS; run += 1) {
        const sightings = await site.page.evaluate<readonly Sighting[]>(reader());
        const latencies = sightings.map(([index, atMs]) => atMs - (pushed.get(index) ?? Number.NaN));
        const result = { p50: median(latencies), p95: percentile(latencies, 95) };
        runs.push(result);
        say(
          `run ${run}: ${latencies.length} pictures, p50 ${result.p50.toFixed(0)} ms, p95 ${result.p95.toFixed(0)} ms`,
        );
      }
      return {
        p50_ms: rounded(median(runs.map(({ p50 }) => p50))),
        p95_ms: rounded(median(runs.map(({ p95 }) => p95))),
        runs: RUNS,
      };
    } finally {
      await site.close();
    }
  },
};

/** Reads the number of each picture from its blocks, in the moment for which the browser says that it is shown. */
function reader(): string {
  const { bits, left, top, block } = timeCode;
  return `new Promise((resolve) => {
    const video = document.querySelector('[data-test="live-video"]');
    const canvas = new OffscreenCanvas(${bits * 4}, 4).getContext('2d', { willReadFrequently: true });
    const sightings = [];
    const look = (now, { expectedDisplayTime }) => {
      const { videoWidth: width, videoHeight: height } = video;
      canvas.drawImage(video, width * ${left}, height * ${top}, width * ${bits * block}, height * ${block}, 0, 0, ${bits * 4}, 4);
      const { data } = canvas.getImageData(0, 0, ${bits * 4}, 4);
      let index = 0;
      for (let bit = 0; bit < ${bits}; bit += 1) if (data[4 * (${bits * 4} + bit * 4 + 2)] > 128) index |= 1 << bit;
      sightings.push([index, performance.timeOrigin + Math.max(now, expectedDisplayTime)]);
      if (done) resolve(sightings); else video.requestVideoFrameCallback(look);
    };
    let done = false;
    setTimeout(() => (done = true), ${RUN_MS});
    video.requestVideoFrameCallback(look);
  })`;
}
