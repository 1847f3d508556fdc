import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EvidenceData, evidenceDataSchema, evidencePreimage } from '@angrid/contract';
import { sha256, signText, verifyText } from '@angrid/contract/signing';
import { VirtualClock } from '@angrid/runtime';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { Seal } from '../identity/seal.js';
import { describeEvidence, describeRelease } from './descriptor.js';
import { type Draft, EvidenceStore, type Hashed } from './evidence-store.js';
import type { StoredEvidence } from './media.js';
import type { EvidenceLimits } from './settings.js';

const DAY_MS = 86_400_000;

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const clock = new VirtualClock('2026-05-01T12:00:00Z');
const signer = {
  gateway: 'gw-1',
  sign: (text: string) => signText(text, privateKey),
  stamp: () => ({ wall: new Date(clock.wall()).toISOString(), monotonicMs: clock.monotonic(), boot: 'boot-1' }),
};

function describing(hashed: Hashed): EvidenceData {
  const at = { fromMs: clock.wall() - 5000, toMs: clock.wall() + 5000, offsetMs: 5000.4 };
  const kind = { kind: 'clip', camera: 'cam', mediaType: 'video/mp4', codec: 'h264' } as const;
  return describeEvidence(signer, { ...kind, ...at, alerts: ['a'.repeat(64)], hashed, masks: 0, shortPreRoll: false });
}

describe('a descriptor', () => {
  it('keeps the contract and is signed over what the contract names', () => {
    const data = describing({ sha256: 'b'.repeat(64), bytes: 10 });
    expect(evidenceDataSchema.parse(data)).toEqual(data);
    const { signature, ...unsigned } = data;
    expect(verifyText(evidencePreimage('gw-1', unsigned), signature, publicKey)).toBe(true);
    expect(verifyText(evidencePreimage('gw-2', unsigned), signature, publicKey)).toBe(false);
  });

  it('has an id that follows from bytes and span', () => {
    const first = describing({ sha256: 'b'.repeat(64), bytes: 10 });
    expect(describing({ sha256: 'b'.repeat(64), bytes: 10 }).evidence).toBe(first.evidence);
    expect(describing({ sha256: 'c'.repeat(64), bytes: 10 }).evidence).not.toBe(first.evidence);
  });
});

describe('the store of evidence', () => {
  let dir: string;
  let dropped: string[];
  let written: number;
  let free: number;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'evidence-'));
    dropped = [];
    written = 0;
    free = 1_000_000;
  });
  afterEach(async () => rm(dir, { recursive: true }));

  const large = { maxBytes: 1000, maxAgeMs: DAY_MS };
  const wrap = new Seal(randomBytes(32));
  const open = (limits: Partial<EvidenceLimits> = {}, keepFreeBytes = 0): Promise<EvidenceStore> =>
    EvidenceStore.open({
      ...{ dir, draftDir: join(dir, 'drafts'), clock, wrap, keepFreeBytes },
      limits: { snapshots: large, clips: large, originals: large, ...limits },
      onDropped: (reason) => dropped.push(reason),
      onWritten: async (bytes) => void (written += bytes),
      freeBytes: async () => free,
    });

  async function drafted(store: EvidenceStore, text: string): Promise<{ draft: Draft; data: EvidenceData }> {
    const draft = store.draft('mp4');
    await store.write(draft, Buffer.from(text));
    const data = describing(await store.hash(draft));
    await clock.advance(1000);
    return { draft, data };
  }

  async function keep(store: EvidenceStore, text: string): Promise<EvidenceData> {
    const { draft, data } = await drafted(store, text);
    return (await store.keep(draft, data)).data;
  }

  /** An original, and the masked piece that was made of it. */
  async function keepMasked(store: EvidenceStore): Promise<{ original: EvidenceData; masked: EvidenceData }> {
    const original = await drafted(store, 'unmasked');
    await store.keepSealed(original.draft, original.data);
    const { draft, data } = await drafted(store, 'masked');
    const masked = { ...data, original: original.data.sha256, span: original.data.span };
    await store.keep(draft, masked);
    return { original: original.data, masked };
  }

  async function textOf(piece: StoredEvidence | undefined): Promise<string | undefined> {
    const reader = await piece?.open();
    try {
      return (await reader?.read(0, 100))?.toString();
    } finally {
      await reader?.close();
    }
  }

  it('names a file by its id, with the descriptor beside it, and leaves no draft', async () => {
    const store = await open();
    const data = await keep(store, 'pictures');
    const id = data.evidence;
    const found = store.find(data.evidence);
    expect(data).toMatchObject({ sha256: sha256('pictures'), bytes: 8 });
    expect(found).toMatchObject({ data, file: join(dir, id.slice(0, 2), id.slice(2, 4), `${id}.mp4`) });
    expect(await textOf(found)).toBe('pictures');
    expect(await readdir(join(dir, 'tmp'))).toEqual([]);
    expect(await readdir(join(dir, 'drafts'))).toEqual([]);
    expect(written).toBe(8);
  });

  it('finds everything again after a restart', async () => {
    const data = await keep(await open(), 'pictures');
    const again = await open();
    expect(again.find(data.evidence)?.data).toEqual(data);
    expect(again.bytesOf()).toBe(8);
  });

  it('keeps an original encrypted, and gives it to nobody', async () => {
    const { original, masked } = await keepMasked(await open());
    const store = await open();
    expect(store.find(original.evidence)).toBeUndefined();
    expect(store.originalOf(masked.evidence)).toEqual(original);
    expect(store.originalOf(original.evidence)).toBeUndefined();
    const names = await readdir(dir, { recursive: true });
    const texts = await Promise.all(
      names.filter((name) => name.includes('.')).map((name) => readFile(join(dir, name), 'latin1')),
    );
    expect(texts.join()).not.toContain('unmasked');
  });

  it('gives an original under a grant, over a restart, and no longer than the grant lasts', async () => {
    const { original } = await keepMasked(await open());
    const data = describeRelease(signer, original, { id: 'g1', expiresMs: clock.wall() + 60_000 });
    const released = await (await open()).release(original, data, clock.wall() + 60_000);
    expect(released.data).toMatchObject({ sha256: original.sha256, grant: { id: 'g1' } });
    const store = await open();
    expect(await textOf(store.find(data.evidence))).toBe('unmasked');
    await clock.advance(60_000);
    expect(store.find(data.evidence)).toBeUndefined();
  });

  it('lets the oldest of a class give way at its quota, and counts it', async () => {
    const store = await open({ clips: { maxBytes: 25, maxAgeMs: DAY_MS } });
    const { draft, data } = await drafted(store, 'an original is no clip');
    await store.keepSealed(draft, data);
    const kept = [await keep(store, 'first 0000'), await keep(store, 'second 000'), await keep(store, 'third 0000')];
    expect(kept.map(({ evidence }) => store.find(evidence) !== undefined)).toEqual([false, true, true]);
    expect({ clips: store.bytesOf('clips'), dropped }).toEqual({ clips: 20, dropped: ['evidence-quota'] });
    expect(store.bytesOf('originals')).toBeGreaterThan(0);
  });

  it('deletes what is past the age of its class', async () => {
    const store = await open({ clips: { maxBytes: 1000, maxAgeMs: 60_000 } });
    const { evidence } = await keep(store, 'pictures');
    const file = store.find(evidence)?.file ?? '';
    await clock.advance(60_001);
    await store.giveWay();
    expect(store.find(evidence)).toBeUndefined();
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(dropped).toEqual(['evidence-age']);
  });

  it('leaves the disk what is kept free for events: the oldest gives way, and what does not fit is refused', async () => {
    const store = await open({}, 500);
    const first = await keep(store, 'first 0000');
    free = 505;
    const second = await keep(store, 'second 000');
    expect([store.find(first.evidence), store.find(second.evidence)?.data]).toEqual([undefined, second]);
    free = 100;
    const { draft, data } = await drafted(store, 'third 0000');
    await expect(store.keep(draft, data)).rejects.toMatchObject({ code: 'media.disk-reserved' });
    expect({ bytes: store.bytesOf(), dropped }).toEqual({ bytes: 0, dropped: ['evidence-disk', 'evidence-disk'] });
    expect(await readdir(join(dir, 'drafts'))).toEqual([]);
  });

  it('gives the disk back to events when others fill it', async () => {
    const store = await open({}, 500);
    const { evidence } = await keep(store, 'pictures');
    free = 499;
    await store.giveWay();
    expect([store.find(evidence), dropped]).toEqual([undefined, ['evidence-disk']]);
  });

  it('clears away what a power cut left half done', async () => {
    const store = await open();
    const { evidence } = await keep(store, 'pictures');
    const file = store.find(evidence)?.file ?? '';
    await rm(`${file}.json`);
    await writeFile(join(dir, 'tmp', 'half.mp4'), 'half');
    const reopened = await open();
    expect(reopened.find(evidence)).toBeUndefined();
    expect(reopened.bytesOf()).toBe(0);
    expect(await readdir(join(dir, 'tmp'))).toEqual([]);
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('keeps what looks the same at two moments as two, as of a picture that stands still', async () => {
    const store = await open();
    const [first, second] = [await keep(store, 'pictures'), await keep(store, 'pictures')];
    expect([first, second].map(({ evidence }) => store.find(evidence)?.data)).toEqual([first, second]);
    expect(store.bytesOf()).toBe(16);
  });

  it('counts the same piece once', async () => {
    const store = await open();
    const [first, again] = [await drafted(store, 'pictures'), await drafted(store, 'pictures')];
    await store.keep(first.draft, first.data);
    await store.keep(again.draft, first.data);
    expect(store.bytesOf()).toBe(8);
  });
});
