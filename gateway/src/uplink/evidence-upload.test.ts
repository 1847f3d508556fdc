import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnGridError, type EvidenceData } from '@angrid/contract';
import { VirtualClock } from '@angrid/runtime';
import { sha256 } from '@angrid/contract/signing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { StoredEvidence } from '../media/media.js';
import { openPlain } from '../media/piece.js';
import { atom, OutboxBench, recordingLog } from '../outbox/outbox.fixture.js';
import type { Outbox } from '../outbox/outbox.js';
import { AuthorisedClient } from './authorised-client.js';
import { CloudDouble, eventually, makeCa, makeSigner } from './cloud.fixture.js';
import { CloudClient } from './cloud-client.js';
import { EvidenceUpload, type EvidenceLoss, uploadState } from './evidence-upload.js';
import { HttpsTransport } from './https.js';
import { TokenKeeper } from './token.js';
import type { EvidencePart, EvidenceTransport } from './transport.js';

const PART = 256 * 1024;

/** A cloud that keeps what it gets and cuts the line where it is told to. */
class Shelf implements EvidenceTransport {
  readonly have = new Map<string, Buffer>();
  readonly parts: string[] = [];
  /** Called with each part: how many of its bytes arrive before the line is cut, or all of it. */
  cut: (part: EvidencePart) => number | 'all' = () => 'all';

  async offset(evidence: string): Promise<number> {
    return this.have.get(evidence)?.length ?? 0;
  }

  async put(part: EvidencePart): Promise<number> {
    const { evidence, offset, total, bytes } = part;
    const have = this.have.get(evidence) ?? Buffer.alloc(0);
    if (offset !== have.length) throw new AnGridError('subject.conflict', { op: 'cloud' });
    this.parts.push(`${evidence.slice(0, 4)}@${offset}`);
    const arriving = this.cut(part);
    const now = Buffer.concat([have, arriving === 'all' ? bytes : bytes.subarray(0, arriving)]);
    this.have.set(evidence, now);
    if (arriving !== 'all') throw new AnGridError('uplink.unreachable', { op: 'cloud' });
    if (now.length === total && sha256(now) !== evidence) {
      this.have.set(evidence, Buffer.alloc(0));
      throw new AnGridError('evidence.hash-mismatch', { op: 'cloud' });
    }
    return now.length;
  }
}

describe('the upload of evidence', () => {
  let bench: OutboxBench;
  let outbox: Outbox;
  let folder: string;
  let shelf: Shelf;
  let lost: [string, EvidenceLoss][];
  let heldBack: boolean;
  const stored = new Map<string, StoredEvidence>();
  const uploads: EvidenceUpload[] = [];

  beforeEach(async () => {
    bench = new OutboxBench();
    outbox = await bench.open();
    folder = mkdtempSync(join(tmpdir(), 'angrid-evidence-'));
    shelf = new Shelf();
    lost = [];
    heldBack = false;
    stored.clear();
  });
  afterEach(async () => {
    for (const upload of uploads.splice(0)) await upload.stop();
    await bench.dispose();
    rmSync(folder, { recursive: true });
  });

  function make(bytes: Buffer, kind: 'snapshot' | 'clip' = 'clip'): StoredEvidence {
    const hash = sha256(bytes);
    const file = join(folder, hash);
    writeFileSync(file, bytes);
    const piece = {
      file,
      open: () => openPlain(file),
      data: { evidence: hash, kind, sha256: hash, bytes: bytes.length } as EvidenceData,
    };
    stored.set(hash, piece);
    return piece;
  }

  function open(transport: EvidenceTransport = shelf, log = recordingLog().log): EvidenceUpload {
    const upload = new EvidenceUpload({
      outbox,
      transport,
      find: async (evidence) => stored.get(evidence),
      clock: bench.clock,
      log,
      random: () => 0,
      isHeldBack: () => heldBack,
      onLost: (evidence, loss) => lost.push([evidence, loss]),
    });
    uploads.push(upload);
    return upload;
  }

  async function finished(upload: EvidenceUpload): Promise<void> {
    await eventually(
      () => upload.waiting === 0,
      () => bench.clock.advance(500),
    );
  }

  it('sends a piece in parts of 256 KiB and forgets it', async () => {
    const piece = make(randomBytes(2 * PART + 10));
    const upload = open();
    await upload.add(piece);
    await finished(upload);
    const name = piece.data.evidence.slice(0, 4);
    expect(shelf.parts).toEqual([`${name}@0`, `${name}@${PART}`, `${name}@${2 * PART}`]);
    expect(sha256(shelf.have.get(piece.data.evidence) ?? '')).toBe(piece.data.sha256);
    expect(await outbox.states('upload/')).toEqual(new Map());
    expect(upload.done).toBe(1);
  });

  it('goes on where the line was cut, wherever that was', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 * PART }),
        fc.array(fc.nat(PART), { maxLength: 6 }),
        async (size, cuts) => {
          shelf = new Shelf();
          const piece = make(randomBytes(size));
          const left = [...cuts];
          shelf.cut = ({ bytes }) => {
            const cut = left.shift();
            return cut === undefined ? 'all' : Math.min(cut, bytes.length);
          };
          const upload = open();
          await upload.add(piece);
          await finished(upload);
          expect(sha256(shelf.have.get(piece.data.evidence) ?? '')).toBe(piece.data.sha256);
        },
      ),
      { numRuns: 25 },
    );
    expect(lost).toEqual([]);
  });

  it('sends snapshots before clips, each in the order of its making', async () => {
    heldBack = true;
    const upload = open();
    const pieces = [
      make(Buffer.from('c1')),
      make(Buffer.from('s1'), 'snapshot'),
      make(Buffer.from('c2')),
      make(Buffer.from('s2'), 'snapshot'),
    ];
    for (const piece of pieces.slice(1)) await upload.add(piece);
    await upload.add(pieces[0] as StoredEvidence);
    heldBack = false;
    await finished(upload);
    const order = [1, 3, 2, 0].map((index) => `${pieces[index]?.data.evidence.slice(0, 4)}@0`);
    expect(shelf.parts).toEqual(order);
  });

  it('sends nothing while alarms or records wait', async () => {
    heldBack = true;
    const upload = open();
    await upload.add(make(Buffer.from('x')));
    await bench.clock.advance(60_000);
    expect(shelf.parts).toEqual([]);
    heldBack = false;
    await finished(upload);
    expect(shelf.parts).toHaveLength(1);
  });

  it('takes up after a restart what was remembered with the descriptor', async () => {
    const piece = make(Buffer.from('x'));
    await outbox.append({ ...atom('descriptor', ['media']), states: [uploadState(piece)] });
    const upload = open();
    await upload.start();
    await finished(upload);
    expect(shelf.have.get(piece.data.evidence)?.toString()).toBe('x');
  });

  it('reports a piece whose file is gone or changed, and goes on with the others', async () => {
    const [gone, changed, whole] = [
      make(Buffer.from('gone')),
      make(Buffer.from('changed')),
      make(Buffer.from('whole')),
    ];
    rmSync(gone.file);
    writeFileSync(changed.file, 'chanGed');
    const { log, lines } = recordingLog();
    const upload = open(shelf, log);
    for (const piece of [gone, changed, whole]) await upload.add(piece);
    await finished(upload);
    expect(lost).toEqual([
      [gone.data.evidence, 'file-missing'],
      [changed.data.evidence, 'file-damaged'],
    ]);
    expect([...shelf.have.keys()]).toEqual([whole.data.evidence]);
    expect(await outbox.states('upload/')).toEqual(new Map());
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(2);
  });

  it('begins anew where the cloud finds another hash, and gives up after three times', async () => {
    const piece = make(Buffer.from('x'));
    const { data } = piece;
    const refusing: EvidenceTransport = {
      offset: async () => 0,
      put: async ({ offset }) => {
        shelf.parts.push(`@${offset}`);
        throw new AnGridError('evidence.hash-mismatch', { op: 'cloud' });
      },
    };
    const upload = open(refusing);
    await upload.add(piece);
    await finished(upload);
    expect(shelf.parts).toEqual(['@0', '@0', '@0']);
    expect(lost).toEqual([[data.evidence, 'refused']]);
  });

  it('does not let one piece that fails hold up the others', async () => {
    const [bad, good] = [make(Buffer.from('bad')), make(Buffer.from('good'))];
    shelf.cut = ({ evidence }) => (evidence === bad.data.evidence ? 0 : 'all');
    const upload = open();
    await upload.add(bad);
    await upload.add(good);
    await eventually(
      () => upload.done === 1,
      () => bench.clock.advance(500),
    );
    expect(shelf.have.get(good.data.evidence)?.toString()).toBe('good');
    expect(upload.waiting).toBe(1);
  });

  it('works over HTTPS as the contract says, over a connection that is cut', async () => {
    const signer = makeSigner();
    const clock = new VirtualClock();
    const ca = await makeCa();
    const cloud = await CloudDouble.open(clock, signer.publicKey, ca);
    const client = new CloudClient({ url: cloud.url, certificateAuthority: ca.cert.toString(), clock });
    const tokens = new TokenKeeper({
      file: join(folder, 'token.json'),
      gateway: signer.gateway,
      key: signer.key,
      client,
      clock,
    });
    const piece = make(randomBytes(PART + 5));
    cloud.evidence.set(piece.data.evidence, Buffer.alloc(0));
    const offsets: number[] = [];
    cloud.onEvidencePart = (_evidence, offset) => {
      offsets.push(offset);
      if (offsets.length === 2) throw new AnGridError('database.unavailable', { op: 'cloud' });
    };
    const upload = open(new HttpsTransport(new AuthorisedClient(client, tokens)).evidence);
    await upload.add(piece);
    await eventually(() => offsets.length === 2);
    await finished(upload);
    expect(offsets).toEqual([0, PART, PART]);
    expect(sha256(cloud.evidence.get(piece.data.evidence) ?? '')).toBe(piece.data.sha256);
    client.close();
    await cloud.close();
  });
});
