import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnGridError, type Command } from '@angrid/contract';
import type { KeyPair } from '@angrid/runtime';
import { sha256 } from '@angrid/contract/signing';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OutboxBench, recordingLog } from '../outbox/outbox.fixture.js';
import type { Outbox } from '../outbox/outbox.js';
import { AuthorisedClient } from './authorised-client.js';
import { Channel, type CommandOutcome } from './channel.js';
import { CloudDouble, eventually, makeCa, makeSigner, problem } from './cloud.fixture.js';
import { CloudClient } from './cloud-client.js';
import { TokenKeeper } from './token.js';

const signer = makeSigner();

describe('the channel', () => {
  let ca: KeyPair;
  let bench: OutboxBench;
  let outbox: Outbox;
  let cloud: CloudDouble;
  let client: CloudClient;
  let channel: Channel;
  let folder: string;
  let done: Command[];
  let outcome: () => Promise<CommandOutcome>;

  beforeAll(async () => {
    ca = await makeCa();
  });
  beforeEach(async () => {
    bench = new OutboxBench();
    outbox = await bench.open();
    folder = mkdtempSync(join(tmpdir(), 'angrid-channel-'));
    cloud = await CloudDouble.open(bench.clock, signer.publicKey, ca);
    done = [];
    outcome = async () => ({ state: 'done' });
    open();
  });
  afterEach(async () => {
    await channel.stop();
    client.close();
    await cloud.close();
    await bench.dispose();
    rmSync(folder, { recursive: true });
  });

  function open(): void {
    const { clock } = bench;
    client = new CloudClient({ url: cloud.url, certificateAuthority: ca.cert.toString(), clock });
    const tokens = new TokenKeeper({
      file: join(folder, 'token.json'),
      gateway: signer.gateway,
      key: signer.key,
      client,
      clock,
    });
    channel = new Channel({
      client: new AuthorisedClient(client, tokens),
      outbox,
      clock,
      log: recordingLog().log,
      random: () => 0,
      onCommand: async (command) => {
        done.push(command);
        return outcome();
      },
    });
    channel.start();
  }

  const connected = (): Promise<void> => eventually(() => cloud.channels.size === 1);

  function fetch(id: string, changes: object = {}): object {
    const grant = { id: 'g-1', reason: 'case 17', role: 'police', expiresAt: '2026-01-01T01:00:00Z' };
    const times = { issuedAt: '2026-01-01T00:00:00Z', expiresAt: '2026-01-01T00:05:00Z' };
    return {
      id,
      type: 'evidence.fetch',
      ...times,
      actor: 'account-1',
      grant,
      params: { evidence: sha256('clip') },
      ...changes,
    };
  }

  it('carries a command out and answers with its result', async () => {
    await connected();
    cloud.command(fetch('c-1'));
    await eventually(() => cloud.results.length === 1);
    expect(done).toMatchObject([{ id: 'c-1', type: 'evidence.fetch', params: { evidence: sha256('clip') } }]);
    expect(cloud.results).toEqual([{ id: 'c-1', state: 'done', finishedAt: '2026-01-01T00:00:00.000Z' }]);
  });

  it('carries each command out once, however often it comes, and answers each time', async () => {
    await connected();
    cloud.command(fetch('c-1'));
    cloud.command(fetch('c-1'));
    await eventually(() => cloud.results.length === 2);
    expect(done).toHaveLength(1);
    expect(cloud.results[1]).toEqual(cloud.results[0]);
  });

  it('knows over a restart what it has carried out', async () => {
    await connected();
    cloud.command(fetch('c-1'));
    await eventually(() => cloud.results.length === 1);
    await channel.stop();
    client.close();
    await eventually(() => cloud.channels.size === 0);
    await bench.close(outbox);
    outbox = await bench.open();
    open();
    await connected();
    cloud.command(fetch('c-1'));
    await eventually(() => cloud.results.length === 2);
    expect(done).toHaveLength(1);
    expect(cloud.results[1]).toEqual(cloud.results[0]);
  });

  it('does not carry out again what a stop interrupted: it says so', async () => {
    outcome = () => new Promise(() => undefined);
    await connected();
    cloud.command(fetch('c-1'));
    await eventually(() => done.length === 1);
    await channel.stop();
    client.close();
    await eventually(() => cloud.channels.size === 0);
    open();
    await connected();
    cloud.command(fetch('c-1'));
    await eventually(() => cloud.results.length === 1);
    expect(done).toHaveLength(1);
    expect(cloud.results[0]).toMatchObject({ state: 'failed', code: 'internal.unexpected' });
  });

  it.each([
    ['is expired', { expiresAt: '2025-12-31T23:59:59Z' }],
    ['has an expired grant', { grant: { id: 'g', reason: 'case', role: 'police', expiresAt: '2025-12-31T23:59:59Z' } }],
  ])('does not carry out a command that %s', async (_what, changes) => {
    await connected();
    cloud.command(fetch('c-1', changes));
    await eventually(() => cloud.results.length === 1);
    expect([done.length, cloud.results[0]?.state]).toEqual([0, 'expired']);
  });

  it.each([
    ['is not on the list', { type: 'door.unlock' }],
    ['lacks its grant', { grant: undefined }],
    ['is malformed', { params: {} }],
  ])('refuses a command that %s', async (_what, changes) => {
    await connected();
    cloud.command(fetch('c-1', changes));
    await eventually(() => cloud.results.length === 1);
    expect(cloud.results[0]).toMatchObject({ id: 'c-1', state: 'refused', code: 'contract.violation' });
    expect(done).toEqual([]);
  });

  it('answers an error of the command with its code', async () => {
    outcome = () => Promise.reject(new AnGridError('media.no-footage', { op: 'evidence.fetch' }));
    await connected();
    cloud.command(fetch('c-1'));
    await eventually(() => cloud.results.length === 1);
    expect(cloud.results[0]).toMatchObject({ state: 'failed', code: 'media.no-footage' });
  });

  it('opens itself again, with back-off, when it is cut', async () => {
    await connected();
    for (const response of cloud.channels) response.destroy();
    await eventually(() => cloud.channels.size === 0);
    await bench.clock.advance(499);
    expect(cloud.channels.size).toBe(0);
    await eventually(
      () => cloud.channels.size > 0,
      () => bench.clock.advance(100),
    );
    cloud.command(fetch('c-1'));
    await eventually(() => cloud.results.length === 1);
  });

  it('takes silence for a dead channel', async () => {
    await connected();
    await eventually(() => channel.isOpen);
    const [first] = cloud.channels;
    await bench.clock.advance(59_000);
    first?.write(': alive\n\n');
    for (let turn = 0; turn < 20; turn += 1) await bench.clock.advance(10);
    expect([...cloud.channels]).toEqual([first]);
    await bench.clock.advance(60_000);
    await eventually(() => !cloud.channels.has(first!));
  });

  it('sends a result again that did not get through', async () => {
    await connected();
    cloud.next.push((_request, _body, response) =>
      problem(response, new AnGridError('database.unavailable', { op: 'cloud' })),
    );
    cloud.command(fetch('c-1'));
    await eventually(() => cloud.channels.size === 0);
    await eventually(
      () => cloud.channels.size > 0,
      () => bench.clock.advance(100),
    );
    cloud.command(fetch('c-1'));
    await eventually(() => cloud.results.length === 1);
    expect([done.length, cloud.results[0]?.state]).toEqual([1, 'done']);
  });
});
