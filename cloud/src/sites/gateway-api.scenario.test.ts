import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Command, gatewayPaths } from '@angrid/contract';
import { SystemClock } from '@angrid/runtime';
import { sql } from 'kysely';
import { GatewayClient } from '../../testing/gateway-client.js';
import { GatewayItems } from '../../testing/gateway-items.js';
import { SignedGateway } from '../../testing/signed-gateway.js';
import { startTemporaryCloud, type TemporaryCloud } from '../../testing/temporary-cloud.js';
import type { CloudTransaction } from '../database.js';
import { systemScope, withScope } from '../platform/database/index.js';
import { createCompound } from '../units/compounds.js';
import { createPlace } from '../units/places.js';
import { createEnrolmentCode } from './enrolment-codes.js';
import { requestEvidence } from './request-evidence.js';
import { revokeGateway } from './revoke.js';

const clock = new SystemClock();
let cloud: TemporaryCloud;
let client: GatewayClient;
let items: GatewayItems;
let compound: string;
let compounds = 0;

const now = (): Date => new Date(clock.wall());
const system = <T>(work: (trx: CloudTransaction) => Promise<T>): Promise<T> =>
  withScope(cloud.db.service, systemScope('test'), work);

beforeAll(async () => {
  cloud = await startTemporaryCloud();
}, 60_000);

afterAll(() => cloud.stop());

beforeEach(async () => {
  compounds += 1;
  compound = `c${compounds}`;
  await system((trx) => createCompound(trx, { id: compound, name: '一号小区' }, now()));
  client = await newGateway(compound);
  items = new GatewayItems(client.gateway);
});

async function newGateway(of: string): Promise<GatewayClient> {
  const request = { compound: of, actor: 'test', fingerprint: 'a'.repeat(64) };
  const { code } = await system((trx) => createEnrolmentCode(trx, request, now()));
  const gateway = new GatewayClient(cloud.url, new SignedGateway(clock));
  await gateway.enrol(code);
  return gateway;
}

const passage = (key = 'a') => items.event({ kind: 'access.granted', device: 'door', at: now(), key });

describe('POST batches', () => {
  it('takes a compressed batch of the gateway', async () => {
    const bytes = client.gateway.batch('record', [passage()]);
    const { status, body } = await client.sendBatch(gzipSync(bytes), { 'content-encoding': 'gzip' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ accepted: [expect.any(String)], duplicate: [], rejected: [], siteVersion: 1 });
  });

  it('notes when the gateway was heard', async () => {
    await client.sendBatch(client.gateway.batch('record', [passage()]));
    const { rows } = await system((trx) =>
      sql<{ seen: Date }>`select last_seen_at as seen from gateways where gateway_id = ${client.gateway.id}`.execute(
        trx,
      ),
    );
    expect(now().getTime() - (rows[0]?.seen.getTime() ?? 0)).toBeLessThan(10_000);
  });

  it.each([
    ['a bomb', () => gzipSync(Buffer.alloc(64 * 1024 * 1024))],
    ['a body over the bound', () => gzipSync(randomBytes(5 * 1024 * 1024))],
  ])('refuses %s', async (_, bytes) => {
    const { status, body } = await client.sendBatch(bytes(), { 'content-encoding': 'gzip' });
    expect([status, body]).toEqual([413, expect.objectContaining({ code: 'input.too-large' })]);
  });

  it('refuses what is no gzip, another coding and another media type', async () => {
    const bytes = client.gateway.batch('record', [passage()]);
    expect((await client.sendBatch(bytes, { 'content-encoding': 'gzip' })).status).toBe(400);
    expect((await client.sendBatch(bytes, { 'content-encoding': 'br' })).status).toBe(400);
    expect((await client.sendBatch(bytes, { 'content-type': 'application/json' })).status).toBe(400);
  });

  it('refuses who has no token, an unknown one, or that of a revoked gateway', async () => {
    const bytes = client.gateway.batch('record', [passage()]);
    const good = client.token;
    client.token = 'x'.repeat(43);
    expect(await client.sendBatch(bytes)).toMatchObject({ status: 401, body: { code: 'auth.required' } });
    client.token = good;
    await system((trx) => revokeGateway(trx, client.gateway.id, now()));
    expect(await client.sendBatch(bytes)).toMatchObject({ status: 403, body: { code: 'gateway.revoked' } });
  });

  it('is not open to the token of a gateway for anything but the gateway API', async () => {
    expect((await client.call({ method: 'GET', path: '/api/incidents' })).status).toBe(403);
  });
});

describe('the channel', () => {
  const rename = async (name: string): Promise<void> => {
    await system((trx) => createPlace(trx, { compound, id: name, name, kind: 'gate' }, now()));
  };
  const configOf = (command: Command) => (command.type === 'config.apply' ? command.params.config : undefined);

  it('brings the new site configuration at once, and takes its result', async () => {
    const channel = await client.openChannel();
    await rename('gate');
    const command = await channel.next();
    expect(configOf(command)).toMatchObject({ version: 2, places: [{ id: 'gate' }] });
    const result = { id: command.id, state: 'done', finishedAt: now().toISOString() };
    expect((await client.post(gatewayPaths.commandResult, result)).status).toBe(204);
    const { rows } = await system((trx) =>
      sql`select c.state, g.site_version_applied as applied from commands c join gateways g using (gateway_id)
        where c.command_id = ${command.id}`.execute(trx),
    );
    expect(rows).toEqual([{ state: 'done', applied: 2 }]);
    channel.close();
  });

  it('brings a command again after it was cut, until the result is there', async () => {
    await rename('gate');
    const first = await client.openChannel();
    const command = await first.next();
    first.close();
    const second = await client.openChannel();
    expect((await second.next()).id).toBe(command.id);
    second.close();
    await client.post(gatewayPaths.commandResult, {
      id: command.id,
      state: 'refused',
      finishedAt: now().toISOString(),
    });
    await rename('other');
    const third = await client.openChannel();
    expect(configOf(await third.next())?.version).toBe(3);
    third.close();
  });

  it('brings only the newest configuration to a gateway that was away', async () => {
    await rename('a');
    await rename('b');
    const channel = await client.openChannel();
    expect(configOf(await channel.next())?.version).toBe(3);
    expect(channel.untaken).toEqual([]);
    channel.close();
  });

  it('brings the present configuration also where its command has expired', async () => {
    await rename('a');
    await system((trx) =>
      sql`update commands set expires_at = ${new Date(0)} where compound_id = ${compound}`.execute(trx),
    );
    const channel = await client.openChannel();
    expect(configOf(await channel.next())?.version).toBe(2);
    channel.close();
  });

  it('ends at once when the gateway is revoked, and does not open again', async () => {
    const channel = await client.openChannel();
    await system((trx) => revokeGateway(trx, client.gateway.id, now()));
    await channel.ended;
    await expect(client.openChannel()).rejects.toThrow('status 403');
  });

  it('is one a gateway: a new one takes the place of the one before', async () => {
    const before = await client.openChannel();
    const channel = await client.openChannel();
    await before.ended;
    channel.close();
  });

  it('takes no result for the command of another gateway', async () => {
    await rename('gate');
    const other = await newGateway(compound);
    const channel = await client.openChannel();
    const { id } = await channel.next();
    const result = { id, state: 'done', finishedAt: now().toISOString() };
    expect((await other.post(gatewayPaths.commandResult, result)).status).toBe(404);
    channel.close();
  });
});

describe('evidence', () => {
  const bytes = randomBytes(100_000);
  const forced = () => ({ kind: 'door.forced', device: 'door', at: now() }) as const;

  async function announced(content = bytes): Promise<string> {
    const happening = forced();
    await client.sendBatch(client.gateway.batch('alarm', [items.alert(happening)]));
    const alerts = [items.alertId(happening)];
    const piece = items.evidence({ camera: 'cam', at: now(), alerts, bytes: content });
    await client.sendBatch(client.gateway.batch('media', [piece]));
    return piece.data.evidence;
  }

  const rowOf = async (evidence: string) => {
    const { rows } = await system((trx) =>
      sql<{ complete: boolean; sha256: string }>`
        select complete_at is not null as complete, sha256 from evidence where evidence = ${evidence}`.execute(trx),
    );
    return rows[0];
  };

  it('arrives in parts that go on where the last one ended, and lies under its hash', async () => {
    const evidence = await announced();
    expect((await client.offset(evidence)).offset).toBe(0);
    expect(await client.put(evidence, 0, bytes.subarray(0, 40_000))).toMatchObject({ status: 204, offset: 40_000 });
    expect((await client.offset(evidence)).offset).toBe(40_000);
    expect(await rowOf(evidence)).toMatchObject({ complete: false });
    expect(await client.put(evidence, 40_000, bytes.subarray(40_000))).toMatchObject({ status: 204, offset: 100_000 });
    const row = await rowOf(evidence);
    expect(row?.complete).toBe(true);
    const hash = row?.sha256 ?? '';
    const file = path.join(cloud.dataFolder, 'evidence', compound, hash.slice(0, 2), hash);
    expect(bytes.equals(await readFile(file))).toBe(true);
    expect(await readdir(path.join(cloud.dataFolder, 'evidence', compound, 'incoming'))).toEqual([]);
  });

  it('that is whole is announced to the consoles', async () => {
    const evidence = await announced();
    const { rows: before } = await system((trx) =>
      sql<{ id: number }>`select max(batch_id) as id from feed_batches`.execute(trx),
    );
    await client.put(evidence, 0, bytes);
    const { rows } = await system((trx) =>
      sql`select distinct topic from feed where batch_id > ${before[0]?.id ?? 0} and compound_id = ${compound} order by 1`.execute(
        trx,
      ),
    );
    expect(rows).toEqual([{ topic: 'alert' }, { topic: 'incident' }]);
  });

  it('that is not what was announced is thrown away, and may be sent again', async () => {
    const evidence = await announced();
    const wrong = await client.put(evidence, 0, randomBytes(bytes.length));
    expect(wrong).toMatchObject({ status: 422, body: { code: 'evidence.hash-mismatch' } });
    expect((await client.offset(evidence)).offset).toBe(0);
    expect((await client.put(evidence, 0, bytes)).status).toBe(204);
  });

  it('takes no part that begins elsewhere, and no byte more than was announced', async () => {
    const evidence = await announced();
    expect((await client.put(evidence, 10, bytes.subarray(10, 20))).status).toBe(409);
    expect((await client.put(evidence, 0, Buffer.concat([bytes, bytes]))).status).toBe(413);
    expect((await client.offset(evidence)).offset).toBe(0);
  });

  it('takes one part at a time', async () => {
    const evidence = await announced();
    const parts = await Promise.all([client.put(evidence, 0, bytes), client.put(evidence, 0, bytes)]);
    expect(parts.map(({ status }) => status).sort()).toEqual([204, 409]);
    expect(await rowOf(evidence)).toMatchObject({ complete: true });
  });

  it('is taken only from the gateway that has announced it', async () => {
    const evidence = await announced();
    const neighbour = await newGateway(compound);
    expect((await neighbour.offset(evidence)).status).toBe(404);
    expect((await neighbour.put(evidence, 0, bytes)).status).toBe(404);
  });

  it('of one compound does not come to another one that only knows its hash', async () => {
    await client.put(await announced(), 0, bytes);
    const other = `${compound}x`;
    await system((trx) => createCompound(trx, { id: other, name: '二号小区' }, now()));
    client = await newGateway(other);
    items = new GatewayItems(client.gateway);
    expect((await client.offset(await announced())).offset).toBe(0);
  });

  it('above the bound is refused, whatever its descriptor says', async () => {
    const evidence = await announced();
    await system((trx) => sql`update evidence set bytes = 67108865 where evidence = ${evidence}`.execute(trx));
    expect((await client.put(evidence, 0, bytes)).status).toBe(413);
  });

  it('is asked for again by a command with its grant', async () => {
    const evidence = await announced();
    const grant = { id: 'g1', reason: '核实警情', role: 'police', expiresAt: new Date(clock.wall() + 60_000) };
    await system((trx) => requestEvidence(trx, { evidence, actor: 'account', grant }, now()));
    const channel = await client.openChannel();
    expect(await channel.next()).toMatchObject({
      type: 'evidence.fetch',
      params: { evidence },
      grant: { id: 'g1', reason: '核实警情' },
    });
    channel.close();
  });
});

describe('a trace', () => {
  it('tells the gateway how far its alert has come, and no other gateway', async () => {
    const happening = { kind: 'door.forced', device: 'door', at: now() } as const;
    await client.sendBatch(client.gateway.batch('alarm', [items.alert(happening)]));
    const traced = `/v1/gateway/traces/${items.alertId(happening)}`;
    const { status, body } = await client.call({ method: 'GET', path: traced });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      recordedAt: happening.at.toISOString(),
      place: null,
      unitPath: null,
      incident: expect.any(String),
      why: { en: 'door: Door forced' },
      legs: [{ role: 'property-manager' }],
      evidence: [],
    });
    const neighbour = await newGateway(compound);
    expect((await neighbour.call({ method: 'GET', path: traced })).status).toBe(404);
    const unknown = await client.call({ method: 'GET', path: `/v1/gateway/traces/${'0'.repeat(64)}` });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'subject.not-found' } });
  });
});
