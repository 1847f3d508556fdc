import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EvidenceData, evidenceDataSchema, evidencePreimage } from '@angrid/contract';
import { sha256, signText, verifyText } from '@angrid/contract/signing';
import { VirtualClock } from '@angrid/runtime';
import { generateKeyPairSync } from 'node:crypto';
import { describeEvidence } from './descriptor.js';
import { EvidenceStore, type Hashed } from './evidence-store.js';

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
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'evidence-'));
    dropped = [];
  });
  afterEach(async () => rm(dir, { recursive: true }));

  const open = (limits: { maxBytes?: number; maxAgeMs?: number } = {}): Promise<EvidenceStore> =>
    EvidenceStore.open({
      ...{ dir, clock, maxBytes: 1000, maxAgeMs: 86_400_000, ...limits },
      onDropped: (reason) => dropped.push(reason),
    });

  async function keep(store: EvidenceStore, text: string): Promise<EvidenceData> {
    const draft = store.draft('mp4');
    await writeFile(draft.file, text);
    const hashed = await store.seal(draft);
    const data = describing(hashed);
    await store.keep(draft, hashed, { data });
    await clock.advance(1000);
    return data;
  }

  it('names a file by its content, with the descriptor beside it', async () => {
    const store = await open();
    const data = await keep(store, 'pictures');
    const hash = sha256('pictures');
    const found = store.find(data.evidence);
    expect(data).toMatchObject({ sha256: hash, bytes: 8 });
    expect(found).toEqual({ data, file: join(dir, hash.slice(0, 2), hash.slice(2, 4), `${hash}.mp4`) });
    expect(await readFile(found?.file ?? '', 'utf8')).toBe('pictures');
    expect(await readdir(join(dir, 'tmp'))).toEqual([]);
  });

  it('finds everything again after a restart', async () => {
    const data = await keep(await open(), 'pictures');
    const again = await open();
    expect(again.find(data.evidence)?.data).toEqual(data);
    expect(again.bytes).toBe(8);
  });

  it('never gives out an original without a descriptor, and keeps it', async () => {
    const store = await open();
    const draft = store.draft('mp4');
    await writeFile(draft.file, 'unmasked');
    const file = await store.keep(draft, await store.seal(draft), {});
    const reopened = await open();
    expect(reopened.find(describing({ sha256: sha256('unmasked'), bytes: 8 }).evidence)).toBeUndefined();
    expect(await readFile(file, 'utf8')).toBe('unmasked');
  });

  it('lets the oldest give way at the quota, and counts it', async () => {
    const store = await open({ maxBytes: 25 });
    const kept = [await keep(store, 'first 0000'), await keep(store, 'second 000'), await keep(store, 'third 0000')];
    expect(kept.map(({ evidence }) => store.find(evidence) !== undefined)).toEqual([false, true, true]);
    expect({ bytes: store.bytes, dropped }).toEqual({ bytes: 20, dropped: ['evidence-quota'] });
  });

  it('deletes what is past its age', async () => {
    const store = await open();
    const { evidence } = await keep(store, 'pictures');
    const file = store.find(evidence)?.file ?? '';
    await clock.advance(86_400_000);
    await store.giveWay();
    expect(store.find(evidence)).toBeUndefined();
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(dropped).toEqual(['evidence-age']);
  });

  it('clears away what a power cut left half done', async () => {
    const store = await open();
    const { evidence } = await keep(store, 'pictures');
    const file = store.find(evidence)?.file ?? '';
    await rm(file.replace('.mp4', '.json'));
    await writeFile(join(dir, 'tmp', 'half.mp4'), 'half');
    const reopened = await open();
    expect(reopened.find(evidence)).toBeUndefined();
    expect(reopened.bytes).toBe(0);
    expect(await readdir(join(dir, 'tmp'))).toEqual([]);
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('counts the same bytes once', async () => {
    const store = await open();
    await keep(store, 'pictures');
    await keep(store, 'pictures');
    expect(store.bytes).toBe(8);
  });
});
