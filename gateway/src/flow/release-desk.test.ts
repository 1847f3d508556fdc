import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnGridError, type EvidenceData } from '@angrid/contract';
import { sha256 } from '@angrid/contract/signing';
import { VirtualClock } from '@angrid/runtime';
import type { OriginalGrant, StoredEvidence } from '../media/media.js';
import type { SiteFacts } from '../normalise/index.js';
import type { Atom } from '../outbox/outbox.js';
import { AccessLog } from './access-log.js';
import { type EvidenceFetch, fetchEvidence } from './release-desk.js';

const clock = new VirtualClock('2026-05-01T12:00:00Z');
const at = (ms: number): string => new Date(clock.wall() + ms).toISOString();
const HASH = 'e'.repeat(64);

function command(params: EvidenceFetch['params'], expiresAt = at(900_000)): EvidenceFetch {
  const grant = { id: 'grant-1', reason: '辨认进入者', role: 'police', expiresAt };
  return { id: 'c1', type: 'evidence.fetch', issuedAt: at(0), expiresAt: at(900_000), actor: 'a1', grant, params };
}

describe('the release of evidence', () => {
  let dir: string;
  let atoms: Atom[];
  let uploaded: string[];
  let released: OriginalGrant[];
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'release-'));
    [atoms, uploaded, released] = [[], [], []];
  });
  afterEach(() => rm(dir, { recursive: true }));

  const piece = (evidence: string): StoredEvidence => ({
    data: { evidence, kind: 'clip', camera: 'cam', capturedAt: { wall: at(0) } } as EvidenceData,
    file: '',
    open: async () => Promise.reject(new Error('not read here')),
  });

  const obey = (ordered: EvidenceFetch, release = async (): Promise<StoredEvidence> => piece('f'.repeat(64))) =>
    fetchEvidence(ordered, {
      media: {
        find: async (evidence) => (evidence === HASH ? piece(evidence) : undefined),
        release: async (_, grant) => {
          released.push(grant);
          return release();
        },
      },
      outbox: {
        append: async (atom) => {
          atoms.push(atom);
          return 'stored';
        },
      },
      accesses: new AccessLog(join(dir, 'log')),
      clock,
      facts: () => ({ gateway: 'gw-1', purpose: 'public-safety', siteClass: 'art7' }) as SiteFacts,
      upload: async ({ data }) => void uploaded.push(data.evidence),
    });
  const lines = async (): Promise<Record<string, unknown>[]> =>
    (await readFile(join(dir, 'log'), 'utf8').catch(() => ''))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('sends again what may leave anyway, and writes no access down', async () => {
    await obey(command({ evidence: HASH }));
    expect({ uploaded, released, lines: await lines() }).toEqual({ uploaded: [HASH], released: [], lines: [] });
    await expect(obey(command({ evidence: 'd'.repeat(64) }))).rejects.toMatchObject({ code: 'media.no-footage' });
  });

  it('gives an original under its grant: written down first, announced, then sent', async () => {
    await obey(command({ evidence: HASH, original: true }));
    expect(released).toEqual([{ id: 'grant-1', expiresMs: clock.wall() + 900_000 }]);
    expect(atoms).toHaveLength(1);
    expect(uploaded).toEqual(['f'.repeat(64)]);
    expect(await lines()).toMatchObject([
      { actor: 'a1', role: 'police', grant: 'grant-1', reason: '辨认进入者', evidence: HASH, outcome: 'given' },
    ]);
  });

  it('refuses a grant that has ended, and no grant lasts longer than a day', async () => {
    const late = command({ evidence: HASH, original: true }, at(0));
    await expect(obey(late)).rejects.toMatchObject({ code: 'media.grant-refused' });
    expect({ released, uploaded }).toEqual({ released: [], uploaded: [] });
    await obey(command({ evidence: HASH, original: true }, at(90 * 86_400_000)));
    expect(released).toEqual([{ id: 'grant-1', expiresMs: clock.wall() + 86_400_000 }]);
    expect((await lines()).map(({ outcome }) => outcome)).toEqual(['refused', 'given']);
  });

  it('chains the lines, also over a restart', async () => {
    for (let index = 0; index < 3; index += 1) await obey(command({ evidence: HASH, original: true }));
    const texts = (await readFile(join(dir, 'log'), 'utf8')).trimEnd().split('\n');
    const chained = texts.map((text, index) => sha256(texts[index - 1] ?? '') === JSON.parse(text).previous);
    expect(chained).toEqual([true, true, true]);
  });

  it('gives nothing where the access cannot be written down', async () => {
    await rm(dir, { recursive: true });
    await expect(obey(command({ evidence: HASH, original: true }))).rejects.toThrow();
    expect({ released, uploaded }).toEqual({ released: [], uploaded: [] });
    dir = await mkdtemp(join(tmpdir(), 'release-'));
  });

  it('announces nothing where there is no original', async () => {
    const none = async () => Promise.reject(new AnGridError('media.no-footage', { op: 'evidence.release' }));
    await expect(obey(command({ evidence: HASH, original: true }), none)).rejects.toMatchObject({
      code: 'media.no-footage',
    });
    expect(atoms).toEqual([]);
  });
});
