import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evidenceDataSchema } from '@angrid/contract';
import { sha256, signText } from '@angrid/contract/signing';
import { VirtualClock } from '@angrid/runtime';
import sharp from 'sharp';
import type { EvidenceStore } from './evidence-store.js';
import { openRoomyStore } from './evidence-store.fixture.js';
import { GRAY_HEIGHT, GRAY_WIDTH, type GrayFrame } from './gray-frame.js';
import { MaskBook } from './masks.js';
import { defaultMediaSettings } from './settings.js';
import { keepSmallPicture } from './small-picture.js';

const RIGHT_HALF = [[[0.5, 0], [1, 0], [1, 1], [0.5, 1]]] as const; // prettier-ignore
const SHADE = 150;
const { privateKey } = generateKeyPairSync('ed25519');

describe('a picture of the analysis as evidence', () => {
  const clock = new VirtualClock('2026-05-01T12:00:00Z');
  const masks = new MaskBook(clock, 600_000);
  const signer = {
    gateway: 'gw-1',
    sign: (text: string) => signText(text, privateKey),
    stamp: () => ({ wall: new Date(clock.wall()).toISOString(), monotonicMs: clock.monotonic(), boot: 'boot-1' }),
  };
  let dir: string;
  let store: EvidenceStore;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'small-picture-'));
    store = await openRoomyStore(dir, clock);
  });
  afterEach(() => rm(dir, { recursive: true }));

  const frame = (): GrayFrame => ({
    ...{ camera: 'cam', width: GRAY_WIDTH, height: GRAY_HEIGHT },
    pixels: new Uint8Array(GRAY_WIDTH * GRAY_HEIGHT).fill(SHADE),
    ...{ monotonicMs: clock.monotonic(), wallMs: clock.wall() },
  });
  const keep = (seen: GrayFrame) =>
    keepSmallPicture({ store, signer, masks, settings: defaultMediaSettings }, seen, ['a'.repeat(64)]);
  const shadeAt = async (jpeg: Buffer, left: number): Promise<number> =>
    (await sharp(jpeg).extract({ left, top: 40, width: 1, height: 1 }).greyscale().raw().toBuffer())[0] ?? 0;

  it('shows what was seen, when it was seen', async () => {
    const seen = frame();
    await clock.advance(5000);
    const { data, file } = await keep(seen);
    const jpeg = await readFile(file);
    const at = new Date(seen.wallMs).toISOString();
    expect(evidenceDataSchema.parse(data)).toMatchObject({
      kind: 'snapshot',
      camera: 'cam',
      span: { from: at, to: at },
    });
    expect(data.sha256).toBe(sha256(jpeg));
    expect(await sharp(jpeg).metadata()).toMatchObject({ width: GRAY_WIDTH, height: GRAY_HEIGHT });
    expect(Math.abs((await shadeAt(jpeg, 10)) - SHADE)).toBeLessThanOrEqual(3);
  });

  it('hides what a mask hides, also where the mask came after the picture', async () => {
    const seen = frame();
    await clock.advance(1000);
    masks.note('cam', RIGHT_HALF);
    const { data, file } = await keep(seen);
    const jpeg = await readFile(file);
    expect(data.masks).toBe(1);
    expect(await shadeAt(jpeg, 150)).toBeLessThan(10);
    expect(await shadeAt(jpeg, 10)).toBeGreaterThan(SHADE - 10);
  });
});
