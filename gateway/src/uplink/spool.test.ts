import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '@angrid/contract/signing';
import { silentLog } from '@angrid/runtime';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendAll, atom, OutboxBench } from '../outbox/outbox.fixture.js';
import type { Outbox } from '../outbox/outbox.js';
import { type Batch, buildBatch } from './batch.js';
import { acceptAll, eventually, makeSigner, readBatch } from './cloud.fixture.js';
import { SpoolTransport } from './spool.js';
import { createUplink, type Uplink } from './uplink.js';

const signer = makeSigner();

describe('the spool', () => {
  let bench: OutboxBench;
  let outbox: Outbox;
  let folder: string;
  let uplink: Uplink | undefined;

  beforeEach(async () => {
    bench = new OutboxBench();
    outbox = await bench.open();
    folder = mkdtempSync(join(tmpdir(), 'angrid-spool-'));
    uplink = undefined;
  });
  afterEach(async () => {
    await uplink?.stop();
    await bench.dispose();
    rmSync(folder, { recursive: true });
  });

  const batches = (): string[] =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.ndjson'))
      .sort();
  const read = (name: string): ReturnType<typeof readBatch> =>
    readBatch(readFileSync(join(folder, name)), signer.publicKey);

  /** What the courier does: carries a batch to the cloud and puts its answer beside it. */
  function deliver(name: string): void {
    writeFileSync(join(folder, name.replace(/\.ndjson$/, '.receipt.json')), JSON.stringify(acceptAll(read(name))));
  }

  const settled = (): Promise<void> =>
    eventually(
      async () => (await outbox.counts()).pending.record === 0,
      () => bench.clock.advance(500),
    );

  function start(): void {
    uplink = createUplink({
      way: { kind: 'spool', folder },
      gateway: signer.gateway,
      key: signer.key,
      outbox,
      clock: bench.clock,
      log: silentLog,
      findEvidence: async () => undefined,
      onCommand: async () => ({ state: 'refused' }),
    });
    uplink.start();
  }

  it('carries the outbox up with no change on the way to it: the same bytes, as files, settled by receipts', async () => {
    await appendAll(outbox, ['a', 'b']);
    const lease = await outbox.lease('record', 1000);
    const overHttps = buildBatch(lease!, signer, bench.clock.wall());
    start();
    await eventually(() => batches().length === 1);
    const [name = ''] = batches();
    expect(readFileSync(join(folder, name)).equals(overHttps.bytes)).toBe(true);
    expect((await outbox.counts()).pending.record).toBe(2);
    deliver(name);
    await bench.clock.advance(1000);
    await eventually(() => readdirSync(folder).length === 0);
    await settled();
    expect(uplink?.status()).toMatchObject({ state: 'connected' });
  });

  it('lets alarms travel while records wait for their receipt', async () => {
    await outbox.append(atom('r'));
    start();
    await eventually(() => batches().length === 1);
    await outbox.append(atom('a', ['alarm']));
    await eventually(() => batches().length === 2);
    expect(batches().map((name) => read(name).header.lane)).toEqual(['alarm', 'record']);
  });

  it('has no half-written batch for a courier to take', async () => {
    const transport = new SpoolTransport({ folder, clock: bench.clock });
    const seen = new Set<string>();
    const stop = new AbortController();
    const lease = { lane: 'record' as const, epoch: 1, prev: '0'.repeat(64), head: 'f'.repeat(64), lines: [] };
    const batch: Batch = { header: buildBatch(lease, signer, 0).header, bytes: Buffer.alloc(3_000_000, 'x') };
    const sent = transport.send(batch, stop.signal).catch(() => undefined);
    await eventually(() => {
      for (const name of batches()) seen.add(String(readFileSync(join(folder, name)).length));
      return seen.size > 0;
    });
    expect([...seen]).toEqual(['3000000']);
    stop.abort();
    await sent;
  });

  it('withdraws a batch that a longer one of the same run replaces', async () => {
    await outbox.append(atom('a'));
    start();
    await eventually(() => batches().length === 1);
    const [shorter] = batches();
    await uplink?.stop();
    await outbox.append(atom('b'));
    start();
    let found: string[] = [];
    await eventually(() => {
      found = batches();
      return found.length === 1 && found[0] !== shorter;
    });
    expect(found.map((name) => read(name).lines.length)).toEqual([2]);
  });

  it('waits on for a receipt that is not whole yet', async () => {
    await outbox.append(atom('a'));
    start();
    await eventually(() => batches().length === 1);
    const [name = ''] = batches();
    writeFileSync(join(folder, name.replace(/\.ndjson$/, '.receipt.json')), '{"accepted":[');
    await bench.clock.advance(5000);
    expect((await outbox.counts()).pending.record).toBe(1);
    deliver(name);
    await settled();
  });

  it('keeps evidence as a part until it is whole', async () => {
    const { evidence } = new SpoolTransport({ folder, clock: bench.clock });
    const id = sha256('clip');
    const { signal } = new AbortController();
    expect(await evidence.offset(id, signal)).toBe(0);
    expect(await evidence.put({ evidence: id, offset: 0, total: 5, bytes: Buffer.from('abc') }, signal)).toBe(3);
    expect([await evidence.offset(id, signal), existsSync(join(folder, 'evidence', id))]).toEqual([3, false]);
    expect(await evidence.put({ evidence: id, offset: 3, total: 5, bytes: Buffer.from('de') }, signal)).toBe(5);
    expect(readFileSync(join(folder, 'evidence', id), 'utf8')).toBe('abcde');
    expect(await evidence.offset(id, signal)).toBe(5);
    await expect(evidence.offset('../../etc', signal)).rejects.toThrow();
  });
});
