import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gatewayPaths } from '@angrid/contract';
import { sql } from 'kysely';
import type { ConsoleClient } from '../../testing/console-client.js';
import { Town } from '../../testing/town.js';
import { verifyAuditLog } from '../audit/audit-log.js';

const picture = Buffer.from('a picture of a door, with what the masks left of it');
const small = Buffer.from('the same picture, smaller');

let town: Town;
let manager: ConsoleClient;
let incident = '';
let evidence = '';

beforeAll(async () => {
  town = await Town.open();
  manager = await town.signIn('manager');
  const { east, bench } = town;
  const forced = { kind: 'door.forced', device: 'door', at: bench.now } as const;
  const alerts = [east.items.alertId(forced)];
  const piece = east.items.evidence({ camera: 'cam', at: bench.now, alerts, bytes: picture, thumbnail: small });
  await east.send('alarm', east.items.event(forced), east.items.alert(forced));
  await east.send('media', piece);
  evidence = piece.data.evidence;
  const [row] = await bench.rows(sql<{ id: string }>`select incident_id as id from incidents`);
  incident = row?.id ?? '';
}, 180_000);
afterAll(() => town.close());

async function grant(client: ConsoleClient, reason: string): Promise<string> {
  const { body } = await client.post(`/api/incidents/${incident}/evidence-grants`, { reason });
  return String(body['grantId']);
}

function content(client: ConsoleClient, grantId: string, range?: string): Promise<Response> {
  const headers = { cookie: client.cookie, ...(range === undefined ? {} : { range }) };
  return fetch(`${client.url}/api/evidence/${evidence}/content?grant=${grantId}`, { headers });
}

async function upload(): Promise<void> {
  const { east, cloud } = town;
  const { token } = await renewed(east.gateway.tokenRequest());
  const answer = await fetch(`${cloud.url}${gatewayPaths.evidence(evidence)}`, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${token}`,
      'upload-offset': '0',
      'content-type': 'application/offset+octet-stream',
    },
    body: picture,
  });
  if (answer.status !== 204) throw new Error(`the upload answered ${answer.status}: ${await answer.text()}`);
}

async function renewed(request: unknown): Promise<{ token: string }> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${town.cloud.url}${gatewayPaths.token}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(request),
  });
  return (await answer.json()) as { token: string };
}

describe('evidence', () => {
  it('is not opened without a reason', async () => {
    for (const reason of ['', '  ', 'x']) {
      const refused = await manager.post(`/api/incidents/${incident}/evidence-grants`, { reason });
      expect(refused).toMatchObject({ status: 403, body: { code: 'evidence.reason-required' } });
    }
    const direct = await manager.get(`/api/evidence/${evidence}/content`);
    expect(direct).toMatchObject({ status: 403, body: { code: 'evidence.reason-required' } });
    const invented = await content(manager, incident);
    expect(invented.status).toBe(403);
  });

  it('shows its thumbnail before its bytes have arrived, under the same grant as these', async () => {
    const grantId = await grant(manager, '核实强行开门');
    const open = (client: ConsoleClient, its: string) =>
      fetch(`${client.url}/api/evidence/${evidence}/thumbnail?grant=${its}`, { headers: { cookie: client.cookie } });
    const answer = await open(manager, grantId);
    expect([answer.status, await answer.text()]).toEqual([200, small.toString('utf8')]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('content-type')).toBe('image/jpeg');
    for (const name of ['confirmer', 'neighbour'] as const) {
      expect([name, (await open(await town.signIn(name), grantId)).status]).toEqual([name, 403]);
    }
    expect((await open(manager, '')).status).toBe(403);
    const { body } = await manager.get<{ evidence: Record<string, unknown>[] }>(`/api/incidents/${incident}`);
    expect(body.evidence).toEqual([expect.objectContaining({ id: evidence, hasThumbnail: true })]);
    expect(JSON.stringify(body)).not.toContain(small.toString('base64'));
  });

  it('says so where its bytes have not arrived', async () => {
    const answer = await content(manager, await grant(manager, '核实强行开门'));
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ code: 'evidence.incomplete' });
  });

  it('is given whole and in parts, never to be kept', async () => {
    await upload();
    const grantId = await grant(manager, '核实强行开门');
    const whole = await content(manager, grantId);
    const bytes = Buffer.from(await whole.arrayBuffer());
    expect(bytes.equals(picture)).toBe(true);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(createHash('sha256').update(picture).digest('hex'));
    expect(whole.headers.get('cache-control')).toBe('no-store');
    expect(whole.headers.get('content-type')).toBe('image/jpeg');
    const part = await content(manager, grantId, 'bytes=2-8');
    expect([part.status, await part.text()]).toEqual([206, picture.toString('utf8').slice(2, 9)]);
    expect(part.headers.get('content-range')).toBe(`bytes 2-8/${picture.length}`);
    expect((await content(manager, grantId, 'bytes=900-')).status).toBe(416);
  });

  it('is opened by nobody with the grant of another', async () => {
    const grantId = await grant(manager, '核实强行开门');
    for (const name of ['confirmer', 'desk', 'neighbour', 'outsider'] as const) {
      expect([name, (await content(await town.signIn(name), grantId)).status]).toEqual([name, 403]);
    }
  });

  it('closes again after a quarter of an hour', async () => {
    const grantId = await grant(manager, '核实强行开门');
    town.bench.clock.jumpWall(15 * 60_000);
    expect((await content(manager, grantId)).status).toBe(403);
  });

  it('can be asked for again at the gateway under a grant', async () => {
    const grantId = await grant(manager, '核实强行开门');
    const asked = await manager.post(`/api/evidence/${evidence}/fetch`, { grantId });
    expect(asked.status).toBe(202);
    const [command] = await town.bench.rows(sql<{ command: Record<string, unknown> }>`
      select command from commands where type = 'evidence.fetch'`);
    expect(command?.command).toMatchObject({ params: { evidence }, grant: { id: grantId, reason: '核实强行开门' } });
  });
});

describe('the unmasked original of a masked clip', () => {
  const clip = Buffer.from('a clip with black boxes');
  const original = Buffer.from('the clip without them');
  let masked = '';

  beforeAll(async () => {
    const { east, bench } = town;
    const [alert] = await bench.rows(sql<{ id: string }>`select alert as id from alerts`);
    const piece = east.items.evidence({
      ...{ camera: 'cam', at: bench.now, kind: 'clip', bytes: clip, alerts: [alert?.id ?? ''] },
      origin: { original: createHash('sha256').update(original).digest('hex') },
    });
    await east.send('media', piece);
    masked = piece.data.evidence;
  });

  const ask = (client: ConsoleClient, grantId: string, piece = masked) =>
    client.post(`/api/evidence/${piece}/original`, { grantId });

  it('is asked for by the police alone, under a grant of their own, and never of a piece that has none', async () => {
    const officer = await town.signIn('officer');
    expect((await ask(manager, await grant(manager, '核实强行开门'))).status).toBe(403);
    expect((await ask(officer, await grant(manager, '核实强行开门'))).body).toMatchObject({
      code: 'evidence.reason-required',
    });
    const grantId = await grant(officer, '辨认进入者');
    expect((await ask(officer, grantId, evidence)).status).toBe(404);
    expect((await ask(officer, grantId)).status).toBe(202);
    const [command] = await town.bench.rows(sql<{ command: Record<string, unknown> }>`
      select command from commands where type = 'evidence.fetch' order by issued_at desc, command_id desc limit 1`);
    expect(command?.command).toMatchObject({
      params: { evidence: masked, original: true },
      grant: { id: grantId, reason: '辨认进入者', role: 'police' },
    });
  });

  it('opens under the grant that brought it alone', async () => {
    const officer = await town.signIn('officer');
    const [grantId, later] = [await grant(officer, '辨认进入者'), await grant(officer, '再看一次')];
    const { east, bench } = town;
    const [alert] = await bench.rows(sql<{ id: string }>`select alert as id from alerts`);
    const expiresAt = new Date(bench.now.getTime() + 15 * 60_000).toISOString();
    const piece = east.items.evidence({
      ...{ camera: 'cam', at: bench.now, kind: 'clip', bytes: original, alerts: [alert?.id ?? ''] },
      origin: { grant: { id: grantId, expiresAt } },
    });
    await east.send('media', piece);
    const read = (client: ConsoleClient, its: string) =>
      client.get(`/api/evidence/${piece.data.evidence}/content?grant=${its}`);
    expect((await read(officer, grantId)).body).toMatchObject({ code: 'evidence.incomplete' });
    expect((await read(officer, later)).body).toMatchObject({ code: 'subject.not-found' });
    expect((await read(manager, await grant(manager, '核实强行开门'))).body).toMatchObject({
      code: 'subject.not-found',
    });
  });
});

describe('the audit log', () => {
  it('holds each grant and each opening, with the reason, in one unbroken chain', async () => {
    const auditor = await town.signIn('auditor');
    const { body } = await auditor.get<{ entries: Record<string, unknown>[] }>('/api/audit?limit=500');
    const of = (action: string) => body.entries.filter((entry) => entry['action'] === action);
    expect(of('evidence.grant').length).toBe(12);
    expect(of('evidence.thumbnail')).toEqual([
      expect.objectContaining({ subject: `evidence ${evidence}`, reason: '核实强行开门', role: 'property-manager' }),
    ]);
    expect(of('evidence.original')[0]).toMatchObject({ role: 'police', reason: '辨认进入者', auditClass: 'evidence' });
    expect(of('evidence.open').find(({ subject }) => subject === `evidence ${evidence}`)).toMatchObject({
      auditClass: 'evidence',
      role: 'property-manager',
      compound: 'east',
      reason: '核实强行开门',
    });
    expect((await verifyAuditLog(town.bench.db)).brokenAt).toBeUndefined();
  });

  it('shows where a row was changed', async () => {
    const [row] = await town.bench.rows(sql<{ id: number }>`
      select audit_id as id from audit_log where action = 'evidence.open' limit 1`);
    const id = Number(row?.id);
    await town.bench.db.asOwner((owner) =>
      sql`update audit_log set reason = 'nothing' where audit_id = ${id}`.execute(owner),
    );
    expect((await verifyAuditLog(town.bench.db)).brokenAt).toBe(id);
  });

  it('cannot be changed by the service itself', async () => {
    await expect(town.bench.db.service.deleteFrom('audit_log').execute()).rejects.toThrow('permission denied');
  });
});
