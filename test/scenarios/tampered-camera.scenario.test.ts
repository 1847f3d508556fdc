import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EvidenceDesk } from '@angrid/gateway/flow/evidence-desk';
import type { GrayFrame } from '@angrid/gateway/media/gray-frame';
import type { Media, StoredEvidence } from '@angrid/gateway/media/media';
import type { SiteFacts } from '@angrid/gateway/normalise/index';
import { PictureWatch } from '@angrid/gateway/picture-health/index';
import { PipelineBench } from '@angrid/gateway/pipeline.fixture';
import { siteOf } from '@angrid/gateway/control/works.fixture';
import { Tally } from '@angrid/gateway/telemetry/tally';
import { Secret, silentLog } from '@angrid/runtime';
import { makeVideo } from '../support/gst-rtsp/footage.js';
import { GstRtspServer } from '../support/gst-rtsp/gst-rtsp-server.js';
import { clock, mediaIn, pixel, until } from './media.fixture.js';

const LOGIN = { user: 'watcher', password: 'S3cr3t:a@b/c' };
/** The judgement's time goes on so much faster than the stream's: nobody waits for its full times here. */
const HURRY = 6;
const BRIGHT = 60;

/** A real RTSP server whose picture goes black, and all that the gateway makes of it: alert, evidence, end. */
describe('a camera that is put into the dark', () => {
  let dir: string;
  let server: GstRtspServer;
  let media: Media;
  let watch: PictureWatch;
  const bench = new PipelineBench(['cam'], siteOf(), 'camera');
  const stored: StoredEvidence[] = [];
  const alerts = () =>
    bench.outbox.lanes.alarm
      .filter(({ type }) => type === 'cn.angrid.alert.v1')
      .map(({ data }) => data as { readonly alert: string; readonly kind: string; readonly state: string });

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tampered-'));
    const look = { codec: 'h264', width: 320, height: 180, fps: 15, kilobits: 300, seconds: 8 } as const;
    const [scene, black] = await Promise.all([makeVideo(look), makeVideo({ ...look, black: true })]);
    server = await GstRtspServer.start({ ...LOGIN, mounts: [{ path: '/main', codec: 'h264', fps: 15, video: scene }] });
    await bench.open();
    watch = await PictureWatch.load({
      ...{ clock: hurried, log: silentLog, outbox: bench.outbox },
      stamp: () => ({ wall: new Date(clock.wall()).toISOString(), monotonicMs: hurried.monotonic(), boot: 'boot' }),
      ...{ cameras: () => ['cam'], isShown: () => true, masksOf: () => [] },
      say: (camera, saying) => bench.pipeline.say(camera, saying),
    });
    let shown = 0;
    media = await mediaIn(dir, {
      onFrame: (frame) => {
        shown += 1;
        watch.see({ ...frame, monotonicMs: frame.monotonicMs * HURRY });
      },
    });
    const desk = openDesk();
    bench.onAlert = (alert, cameras, severity) => desk.order(alert, cameras, severity);
    const password = new Secret(LOGIN.password);
    await media.watch([{ camera: 'cam', url: server.url('/main'), user: LOGIN.user, password, masks: [] }]);
    await until('pictures come', () => shown >= 2, 15);
    await server.play('/main', black);
    await until('it is told', () => alerts().length > 0 && stored.length >= 2, 15);
    await server.play('/main', scene);
    await until('its end is told', () => alerts().length > 1, 15);
    await desk.idle();
  }, 60_000);

  afterAll(async () => {
    await media.stop();
    await server.kill();
    await rm(dir, { recursive: true });
  });

  const hurried = { monotonic: () => clock.monotonic() * HURRY };

  function openDesk(): EvidenceDesk {
    return new EvidenceDesk({
      ...{ media, clock, log: silentLog, tally: new Tally(), outbox: bench.outbox },
      facts: () => ({ gateway: 'gw-1', purpose: 'public-safety', siteClass: 'art7' }) as SiteFacts,
      before: (camera) => inTime(watch.before(camera)),
      onStored: (evidence) => stored.push(evidence),
    });
  }

  const inTime = (frame: GrayFrame | undefined): GrayFrame | undefined =>
    frame && { ...frame, monotonicMs: frame.monotonicMs / HURRY };

  it('raises one alert, and clears it when the picture is back', () => {
    expect(alerts().map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'camera.black active',
      'camera.black cleared',
    ]);
  });

  it('shows with the alert what it saw before and what it sees now', async () => {
    const snapshots = stored.filter(({ data }) => data.kind === 'snapshot');
    const inOrder = [...snapshots].sort((one, other) => one.data.span.from.localeCompare(other.data.span.from));
    const shades = await Promise.all(inOrder.map(async ({ file }) => Math.max(...(await pixel(file, 40, 60)))));
    expect(shades).toEqual([expect.any(Number), expect.any(Number)]);
    const [before = 0, now = 255] = shades;
    expect(before).toBeGreaterThan(BRIGHT);
    expect(now).toBeLessThan(BRIGHT / 2);
    const [first] = alerts();
    for (const { data } of snapshots) expect(data).toMatchObject({ camera: 'cam', alerts: [first?.alert] });
  });
});
