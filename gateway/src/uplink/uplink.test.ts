import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnGridError, type EvidenceData } from '@angrid/contract';
import { sha256 } from '@angrid/contract/signing';
import { silentLog } from '@angrid/runtime';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { StoredEvidence } from '../media/media.js';
import { openPlain } from '../media/piece.js';
import { appendAll, atom, names, OutboxBench } from '../outbox/outbox.fixture.js';
import type { Outbox } from '../outbox/outbox.js';
import { CloudDouble, eventually, type Handler, makeCa, makeSigner, problem } from './cloud.fixture.js';
import { uploadState } from './evidence-upload.js';
import { createUplink, type Uplink } from './uplink.js';

const signer = makeSigner();

describe('the uplink', () => {
  let bench: OutboxBench;
  let outbox: Outbox;
  let cloud: CloudDouble;
  let uplink: Uplink;
  let folder: string;
  let versions: number[];
  const evidence = new Map<string, StoredEvidence>();

  beforeEach(async () => {
    bench = new OutboxBench();
    outbox = await bench.open();
    folder = mkdtempSync(join(tmpdir(), 'angrid-uplink-'));
    const ca = await makeCa();
    cloud = await CloudDouble.open(bench.clock, signer.publicKey, ca);
    versions = [];
    uplink = createUplink({
      way: {
        kind: 'https',
        url: cloud.url,
        certificateAuthority: ca.cert.toString(),
        tokenFile: join(folder, 'token.json'),
      },
      gateway: signer.gateway,
      key: signer.key,
      outbox,
      clock: bench.clock,
      log: silentLog,
      findEvidence: async (id) => evidence.get(id),
      onCommand: async () => ({ state: 'done' }),
      onSiteVersion: (version) => versions.push(version),
      random: () => 0.5,
    });
  });
  afterEach(async () => {
    await uplink.stop();
    await cloud.close();
    await bench.dispose();
    rmSync(folder, { recursive: true });
  });

  const emptied = (): Promise<void> =>
    eventually(
      async () => {
        const { pending } = await outbox.counts();
        return pending.alarm + pending.record + pending.media === 0;
      },
      () => bench.clock.advance(100),
    );

  it('loses, doubles and reorders nothing over an outage in which answers are lost, and sends the alarms of it first', async () => {
    let takenBeforeItsEnd = 0;
    const down: Handler = (_request, _body, response) => {
      takenBeforeItsEnd = cloud.batches.length;
      problem(response, new AnGridError('database.unavailable', { op: 'cloud' }));
    };
    uplink.start();
    await appendAll(outbox, names('before', 5));
    await emptied();
    cloud.next.push(cloud.loseAnswer, cloud.loseAnswer, ...Array<Handler>(8).fill(down));
    for (let second = 0; second < 60; second += 1) {
      await Promise.all([outbox.append(atom(`r-${second}`)), outbox.append(atom(`a-${second}`, ['alarm']))]);
      await bench.clock.advance(1000);
    }
    await emptied();
    expect(cloud.idsOf('alarm')).toEqual(Array.from({ length: 60 }, (_, n) => sha256(`a-${n}`)));
    const records = [...names('before', 5), ...Array.from({ length: 60 }, (_, n) => `r-${n}`)];
    expect(cloud.idsOf('record')).toEqual(records.map((name) => sha256(name)));
    expect(cloud.batches[takenBeforeItsEnd]?.header.lane).toBe('alarm');
  });

  it('tells what state it is in and which site configuration the cloud holds', async () => {
    expect(uplink.status()).toMatchObject({ state: 'waiting', channelOpen: false });
    uplink.start();
    await outbox.append(atom('a'));
    await emptied();
    await eventually(() => uplink.status().channelOpen === true);
    expect(uplink.status()).toMatchObject({ state: 'connected', uploadsWaiting: 0 });
    expect(versions).toEqual([1]);
  });

  it('says refused, with the cloud’s reason, when the gateway was revoked', async () => {
    await outbox.append(atom('a'));
    cloud.next.push((_request, _body, response) =>
      problem(response, new AnGridError('gateway.revoked', { op: 'cloud' })),
    );
    uplink.start();
    await eventually(() => uplink.status().state === 'backing-off');
    expect(uplink.status().failure).toMatchObject({
      code: 'uplink.refused',
      detail: expect.stringContaining('gateway.revoked'),
    });
  });

  it('sends the bytes of evidence behind its descriptor', async () => {
    const bytes = Buffer.from('a clip');
    const id = sha256(bytes);
    const stored: StoredEvidence = {
      file: join(folder, id),
      open: () => openPlain(join(folder, id)),
      data: { evidence: id, kind: 'clip', sha256: id, bytes: bytes.length } as EvidenceData,
    };
    writeFileSync(stored.file, bytes);
    evidence.set(id, stored);
    cloud.evidence.set(id, Buffer.alloc(0));
    let descriptors = 0;
    cloud.onEvidencePart = () => (descriptors = cloud.batches.filter(({ header }) => header.lane === 'media').length);
    await outbox.append({ ...atom('descriptor', ['media']), states: [uploadState(stored)] });
    await appendAll(outbox, names('r', 1200));
    uplink.start();
    await eventually(
      () => uplink.status().uploadsDone > 0,
      () => bench.clock.advance(100),
    );
    expect(descriptors).toBe(1);
    expect(cloud.evidence.get(id)?.equals(bytes)).toBe(true);
  });
});
