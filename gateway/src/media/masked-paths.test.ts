import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signText } from '@angrid/contract/signing';
import { VirtualClock } from '@angrid/runtime';
import fc from 'fast-check';
import sharp from 'sharp';
import { Seal } from '../identity/seal.js';
import { cutClip } from './clip.js';
import type { ClipSource } from './clip-copy.js';
import { describeRelease, type EvidenceSigner } from './descriptor.js';
import type { EvidenceStore } from './evidence-store.js';
import { openRoomyStore } from './evidence-store.fixture.js';
import type { RunJob } from './ffmpeg-child.js';
import { Footage } from './footage.js';
import { MaskBook, type Masks } from './masks.js';
import type { StoredEvidence } from './media.js';
import { pictureTimes, segmentOf } from './segments.fixture.js';
import { defaultMediaSettings } from './settings.js';
import { Slots } from './slots.js';
import { takeSnapshot } from './snapshot.js';
import type { Workshop } from './workshop.js';

const { privateKey } = generateKeyPairSync('ed25519');
const wrap = new Seal(randomBytes(32));
const ALERT = 'a'.repeat(64);
const CORNER: Masks = [[[0, 0], [0.5, 0], [0.5, 0.5], [0, 0.5]]]; // prettier-ignore
const GRANT_MS = 20_000;
const SIZE = 16;
const WHITE = Buffer.concat([Buffer.from(`P6\n${SIZE} ${SIZE}\n255\n`), Buffer.alloc(SIZE * SIZE * 3, 255)]);

/** ffmpeg, as far as it matters who sees what: a copy shows all, an overlay hides. */
const pretend: RunJob = async ({ args, feeds }) => {
  await Promise.all(feeds ?? []);
  const file = args.at(-1) ?? '';
  await writeFile(file, args.some((arg) => arg.includes('overlay')) ? 'masked' : 'UNMASKED');
  return Buffer.alloc(0);
};

const picture = (): Promise<Buffer> =>
  sharp({ create: { width: SIZE, height: SIZE, channels: 3, background: '#fff' } })
    .jpeg()
    .toBuffer();

/** A gateway with one camera whose masks come and go; it remembers by itself when the camera had some. */
class Site {
  readonly clock = new VirtualClock('2026-05-01T12:00:00Z');
  private readonly masks = new MaskBook(this.clock, 600_000);
  private readonly maskedFrom: number[] = [];
  private readonly maskedUntil: number[] = [];
  /** Whether the ring holds anything; else the camera is asked for a picture. */
  hasStream = true;
  private store: EvidenceStore | undefined;

  constructor(private readonly dir: string) {
    this.masks.note('cam', []);
  }

  async start(): Promise<void> {
    this.store = await openRoomyStore(this.dir, this.clock, wrap);
  }

  mask(on: boolean): void {
    const [times, others] = on ? [this.maskedFrom, this.maskedUntil] : [this.maskedUntil, this.maskedFrom];
    if (times.length === others.length + (on ? 1 : 0)) return;
    times.push(this.clock.wall());
    this.masks.note('cam', on ? CORNER : []);
  }

  wasMaskedSince(fromMs: number): boolean {
    return this.maskedFrom.some((_, index) => (this.maskedUntil[index] ?? Infinity) >= fromMs);
  }

  snapshot(agoMs: number): Promise<StoredEvidence> {
    const { atMs, monotonicMs } = this.moment(agoMs);
    return takeSnapshot(this.workshop, this.source, { camera: 'cam', alerts: [ALERT], atMs, monotonicMs });
  }

  clip(agoMs: number): Promise<StoredEvidence> {
    const { atMs, monotonicMs: momentMs } = this.moment(agoMs);
    const order = { alerts: [ALERT], fromMs: momentMs - 5000, momentMs, momentWallMs: atMs, toMs: momentMs + 1000 };
    return cutClip(this.workshop, this.source, Promise.resolve(order));
  }

  find(evidence: string): StoredEvidence | undefined {
    return this.store?.find(evidence);
  }

  async release(evidence: string, id: string): Promise<StoredEvidence | undefined> {
    const original = this.store?.originalOf(evidence);
    if (!original || !this.store) return undefined;
    const expiresMs = this.clock.wall() + GRANT_MS;
    return this.store.release(original, describeRelease(this.signer, original, { id, expiresMs }), expiresMs);
  }

  private moment(agoMs: number) {
    return { atMs: this.clock.wall() - agoMs, monotonicMs: this.clock.monotonic() - agoMs };
  }

  private readonly signer: EvidenceSigner = {
    gateway: 'gw-1',
    sign: (text) => signText(text, privateKey),
    stamp: () => ({ wall: new Date(this.clock.wall()).toISOString(), monotonicMs: 0, boot: 'boot-1' }),
  };

  /** The last 20 seconds, a key frame each second. */
  private readonly source: ClipSource = {
    stream: { camera: 'cam' },
    ring: {
      read: async () => {
        if (!this.hasStream) return undefined;
        const now = this.clock.wall();
        const starts = Array.from({ length: 20 }, (_, index) => now - (20 - index) * 1000);
        const segments = starts.map((at) => ({ bytes: segmentOf(pictureTimes(at, at + 1000, 5)), growing: false }));
        return { footage: new Footage(segments, now), shiftMs: now - this.clock.monotonic() };
      },
    },
  };

  private get workshop(): Workshop {
    if (!this.store) throw new Error('start it first');
    const slots = { quick: new Slots(1), copies: new Slots(1), slow: new Slots(1) };
    const tools = { store: this.store, signer: this.signer, masks: this.masks, still: picture, ...slots };
    return {
      clock: this.clock,
      settings: defaultMediaSettings,
      ...tools,
      ...{ run: pretend, decoder: { decode: async () => WHITE } },
      hurry: () => undefined,
      stopping: new AbortController().signal,
    };
  }
}

async function bytesOf({ data, open }: StoredEvidence): Promise<Buffer> {
  const piece = await open();
  return piece.read(0, data.bytes).finally(() => piece.close());
}

async function isLit(jpeg: Buffer): Promise<boolean> {
  const [corner = 0] = await sharp(jpeg).raw().toBuffer();
  return corner > 128;
}

/** Whether all of the picture, or of its thumbnail, is to be seen. */
async function showsAll(piece: StoredEvidence): Promise<boolean> {
  const { kind, thumbnail } = piece.data;
  const bytes = await bytesOf(piece);
  if (thumbnail !== undefined && (await isLit(Buffer.from(thumbnail, 'base64')))) return true;
  return kind === 'clip' ? bytes.includes('UNMASKED') : isLit(bytes);
}

type Step =
  | { readonly do: 'snapshot' | 'clip'; readonly agoMs: number }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'mask' | 'unmask' | 'restart' | 'grant' | 'stream' };

const BUTTONS = ['mask', 'unmask', 'restart', 'grant', 'stream'] as const;

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('snapshot' as const, 'clip' as const), agoMs: fc.integer({ min: 1500, max: 9000 }) }),
  fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 15_000 }) }),
  fc.record({ do: fc.constantFrom<'mask' | 'unmask' | 'restart' | 'grant' | 'stream'>(...BUTTONS) }),
);

describe('whatever happens to masks, alerts, grants and the gateway', () => {
  let dir: string;
  beforeAll(async () => (dir = await mkdtemp(join(tmpdir(), 'masked-'))));
  afterAll(() => rm(dir, { recursive: true }));

  it('no byte of a masked picture leaves unmasked but under a grant, and none after it has ended', async () => {
    let runs = 0;
    const play = async (steps: readonly Step[]): Promise<void> => {
      const site = new Site(join(dir, String((runs += 1))));
      const pieces: StoredEvidence[] = [];
      await site.start();
      for (const [index, act] of steps.entries()) {
        const last = pieces.at(-1);
        if (act.do === 'advance') await site.clock.advance(act.ms);
        if (act.do === 'mask' || act.do === 'unmask') site.mask(act.do === 'mask');
        if (act.do === 'restart') await site.start();
        if (act.do === 'stream') site.hasStream = !site.hasStream;
        if (act.do === 'grant' && last) await expectGrant(site, last, `g${index}`);
        if (act.do !== 'snapshot' && act.do !== 'clip') continue;
        const asked = site.clock.wall();
        const taken = site[act.do](act.agoMs).catch(() => undefined);
        if (!site.hasStream) await site.clock.advance(2000);
        const piece = await taken;
        if (!piece) continue;
        // What the camera gives when it is asked may have been seen at any time since.
        const seen = site.hasStream ? Date.parse(piece.data.span.from) : asked;
        const masked = site.wasMaskedSince(seen);
        expect({ masks: piece.data.masks, showsAll: await showsAll(piece) }).toEqual({
          masks: masked ? 1 : 0,
          showsAll: !masked,
        });
        expect(await isLit(Buffer.from(piece.data.thumbnail ?? '', 'base64'))).toBe(!masked);
        pieces.push(piece);
      }
      for (const { data } of pieces) {
        const found = site.find(data.evidence);
        expect(found && (await showsAll(found))).toBe(data.masks === 0);
      }
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 12 }), play), { numRuns: 60 });
  }, 60_000);

  async function expectGrant(site: Site, piece: StoredEvidence, id: string): Promise<void> {
    const released = await site.release(piece.data.evidence, id);
    expect(released !== undefined).toBe(piece.data.original !== undefined);
    if (!released) return;
    expect(released.data).toMatchObject({ sha256: piece.data.original, masks: 0, grant: { id } });
    expect(released.data.thumbnail).toBeUndefined();
    expect(await showsAll(released)).toBe(true);
    await site.clock.advance(GRANT_MS);
    expect(site.find(released.data.evidence)).toBeUndefined();
  }

  it('a mask that was there for a moment between picture and cut is burned in', async () => {
    const site = new Site(join(dir, 'moment'));
    await site.start();
    site.mask(true);
    await site.clock.advance(10);
    site.mask(false);
    await site.clock.advance(4000);
    for (const piece of [await site.clip(4500), await site.snapshot(4500)]) {
      expect([piece.data.masks, await showsAll(piece)]).toEqual([1, false]);
    }
    expect((await site.snapshot(1500)).data.masks).toBe(0);
  });
});
