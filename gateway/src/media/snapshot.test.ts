import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnGridError } from '@angrid/contract';
import { SystemClock } from '@angrid/runtime';
import sharp from 'sharp';
import type { EvidenceStore } from './evidence-store.js';
import { openRoomyStore } from './evidence-store.fixture.js';
import { Footage } from './footage.js';
import { blank, bomb } from './jpegs.fixture.js';
import { MaskBook } from './masks.js';
import type { StoredEvidence } from './media.js';
import { pictureTimes, segmentOf } from './segments.fixture.js';
import { defaultMediaSettings } from './settings.js';
import { Slots } from './slots.js';
import { takeSnapshot } from './snapshot.js';

const clock = new SystemClock();
const PATIENCE_MS = 300;
const PPM = Buffer.concat([Buffer.from('P6\n16 16\n255\n'), Buffer.alloc(16 * 16 * 3, 255)]);

describe('a snapshot', () => {
  let dir: string;
  let store: EvidenceStore;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'snapshot-'));
    store = await openRoomyStore(dir, clock);
  });
  afterEach(() => rm(dir, { recursive: true }));

  /** Taken while the ring ends `agoMs` before the moment; the camera itself gives what `still` gives. */
  function take(agoMs: number, still: () => Promise<Buffer>): Promise<StoredEvidence> {
    const [atMs, monotonicMs] = [clock.wall(), clock.monotonic()];
    const times = pictureTimes(atMs - agoMs - 2000, atMs - agoMs + 1, 5);
    const footage = new Footage([{ bytes: segmentOf(times), growing: false }], atMs);
    const found = { footage, shiftMs: atMs - monotonicMs };
    const read = async (fromMs: number) => (fromMs <= monotonicMs - agoMs ? found : undefined);
    const workshop = {
      ...{
        clock,
        store,
        masks: new MaskBook(clock, 1000),
        still,
        run: async () => PPM,
        decoder: { decode: async () => PPM },
      },
      ...{ quick: new Slots(1), copies: new Slots(1), slow: new Slots(1), stopping: new AbortController().signal },
      ...{ hurry: () => undefined },
      settings: { ...defaultMediaSettings, patienceMs: PATIENCE_MS },
      signer: {
        gateway: 'gw-1',
        sign: () => 'signature',
        stamp: () => ({ wall: new Date(clock.wall()).toISOString(), monotonicMs: 0, boot: 'b' }),
      },
    };
    const request = { camera: 'cam', alerts: ['a'.repeat(64)], atMs, monotonicMs };
    return takeSnapshot(workshop, { stream: { camera: 'cam' }, ring: { read } }, request);
  }

  const never = async (): Promise<Buffer> => Promise.reject(new AnGridError('onvif.unreachable', { op: 'test' }));
  const widthOf = async ({ file }: StoredEvidence) => (await sharp(await readFile(file)).metadata()).width;

  it('is the nearest picture of the ring, and the camera is not asked', async () => {
    const taken = await take(100, never);
    expect(await widthOf(taken)).toBe(16);
    expect(Math.abs(taken.data.offsetMs)).toBeLessThan(400);
    expect((await sharp(Buffer.from(taken.data.thumbnail ?? '', 'base64')).metadata()).width).toBe(16);
  });

  it('is one that the camera takes at once where the ring has none near the moment, and says how late that is', async () => {
    const jpeg = await blank(32, 32).jpeg().toBuffer();
    const prompt = await take(4000, async () => jpeg);
    expect(await widthOf(prompt)).toBe(32);
    expect(prompt.data.offsetMs).toBeLessThan(PATIENCE_MS);
    const slow = await take(4000, () => clock.sleep(2 * PATIENCE_MS).then(() => jpeg));
    expect(slow.data.offsetMs).toBeGreaterThanOrEqual(2 * PATIENCE_MS);
  });

  it.each([
    ['cannot be reached', never],
    ['gives a JPEG that says it is 65,000 × 65,000 pixels', bomb],
    ['gives a JPEG that is cut', async () => (await blank(640, 360).jpeg().toBuffer()).subarray(0, 400)],
    ['gives a PNG', () => blank(8, 8).png().toBuffer()],
    ['gives nothing', async () => Buffer.alloc(0)],
  ])('is what the ring has from seconds before, with the true distance, where the camera %s', async (_, still) => {
    const taken = await take(4000, still);
    expect(await widthOf(taken)).toBe(16);
    expect(taken.data.offsetMs).toBeLessThan(-3500);
  });

  it('is missing, with the reason, where neither has anything', async () => {
    await expect(take(60_000, bomb)).rejects.toMatchObject({
      code: 'media.no-footage',
      cause: { code: 'media.picture-refused' },
    });
  });
});
