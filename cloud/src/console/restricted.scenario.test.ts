import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { gatewayPaths } from '@angrid/contract';
import { sql } from 'kysely';
import type { ConsoleClient } from '../../testing/console-client.js';
import { FeedReader } from '../../testing/feed-reader.js';
import { VILLAGE } from '../../testing/gateway-site.js';
import { type PersonName, Town } from '../../testing/town.js';
import { runTimers } from '../dispatch/timers.js';
import { announce, type FeedEntry } from '../dispatch/feed.js';
import { withScope } from '../platform/database/index.js';

jest.setTimeout(60_000);

/** Duress at the east door: silent there, and silent here for everybody who is not entitled. */
const entitled = ['administrator', 'officer', 'desk', 'confirmer'] as const satisfies readonly PersonName[];
const others = [
  'manager',
  'neighbour',
  'outsider',
  'member',
  'installer',
  'auditor',
] as const satisfies readonly PersonName[];

const lists = [
  '/api/overview',
  '/api/alerts?standing=all',
  '/api/alerts?kind=access.duress&standing=all',
  '/api/alerts?q=%E4%B8%9C%E9%97%A8&standing=all',
  '/api/incidents',
  '/api/incidents?state=open&q=%E8%83%81%E8%BF%AB',
  '/api/doors',
  '/api/devices',
  '/api/devices/east/door/events',
  '/api/units',
  '/api/places',
  '/api/gateways',
  '/api/gaps',
];

let town: Town;
let duress: { readonly incident: string; readonly alert: string; readonly evidence: string };
const before = new Map<string, unknown>();
const readers = new Map<PersonName, FeedReader>();

const people = new Map<PersonName, ConsoleClient>();
async function clientOf(name: PersonName): Promise<ConsoleClient> {
  const client = people.get(name) ?? (await town.signIn(name));
  people.set(name, client);
  return client;
}

async function whatIsSeen(name: PersonName): Promise<Record<string, unknown>> {
  const client = await clientOf(name);
  const seen: Record<string, unknown> = {};
  for (const path of lists) {
    const { status, body } = await client.get(path);
    seen[path] = status === 200 ? body : status;
  }
  return seen;
}

async function raiseDuress(): Promise<typeof duress> {
  const { east, bench } = town;
  const happening = { kind: 'access.duress', device: 'door', at: bench.now } as const;
  const alert = east.items.alertId(happening);
  const piece = east.items.evidence({ camera: 'cam', at: bench.now, alerts: [alert], bytes: Buffer.from('seen') });
  await east.send('alarm', east.items.event(happening), east.items.alert(happening));
  await east.send('media', piece);
  const [row] = await bench.rows(
    sql<{ id: string }>`select incident_id as id from incidents where kind = 'access.duress'`,
  );
  return { incident: row?.id ?? '', alert, evidence: piece.data.evidence };
}

beforeAll(async () => {
  town = await Town.open();
  for (const name of others) {
    before.set(name, await whatIsSeen(name));
    readers.set(name, await FeedReader.open(await clientOf(name)));
  }
  for (const reader of readers.values()) await reader.find(({ event }) => event === 'hello');
  duress = await raiseDuress();
}, 180_000);

afterAll(async () => {
  for (const reader of readers.values()) reader.close();
  await town.close();
});

describe('duress, for those who are not entitled,', () => {
  it.each(others)('changes nothing at all in any list: %s', async (name) => {
    expect(await whatIsSeen(name)).toEqual(before.get(name));
  });

  it.each(others)('is not there, as an incident or to act on or open: %s', async (name) => {
    const client = await clientOf(name);
    const { incident } = duress;
    const tries = [
      await client.get(`/api/incidents/${incident}`),
      await client.post(`/api/incidents/${incident}/actions`, { action: 'acknowledge', version: 1 }),
      await client.post(`/api/incidents/${incident}/evidence-grants`, { reason: 'just to look' }),
    ];
    for (const { status } of tries) expect([403, 404]).toContain(status);
    expect(JSON.stringify(tries.map(({ body }) => body))).not.toMatch(/duress|胁迫/);
  });

  it.each(others)('is silent on the live feed and in its replay: %s', async (name) => {
    const { bench } = town;
    const doors = ['east', 'west'].map((compound): FeedEntry => {
      return { topic: 'device', subject: 'door', compound, unitPath: `suxi/${VILLAGE}/${compound}-b3` };
    });
    await bench.system((trx) => announce(trx, doors, bench.now));
    const live = readers.get(name);
    const replay = await FeedReader.open(await clientOf(name), 0);
    for (const reader of [live, replay]) {
      const news = await readToTheEnd(reader);
      expect(news.filter((text) => text.includes(duress.alert) || text.includes(duress.incident))).toEqual([]);
      expect(news.join()).not.toMatch(/duress|胁迫/);
    }
    replay.close();
  });

  it('is not in what anybody may know of the compound', async () => {
    const { body } = await (await clientOf('manager')).get('/api/notice/east');
    expect(JSON.stringify(body)).not.toMatch(/duress|胁迫/);
  });

  it('is not told to the installer who stands at the gateway', async () => {
    const { token } = (await (
      await fetch(`${town.cloud.url}${gatewayPaths.token}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(town.east.gateway.tokenRequest()),
      })
    ).json()) as { token: string };
    const answer = await fetch(`${town.cloud.url}${gatewayPaths.trace(duress.alert)}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await answer.json()).toMatchObject({ incident: null, why: null, legs: [], evidence: [] });
  });
});

describe('duress, for the entitled,', () => {
  it.each(entitled)('is an incident that says it is silent: %s', async (name) => {
    const client = await clientOf(name);
    const { status, body } = await client.get(`/api/incidents/${duress.incident}`);
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { kind: 'access.duress', restricted: true, severity: 1 },
    });
    const { body: page } = await client.get<{ alerts: object[] }>('/api/alerts?kind=access.duress');
    expect(page.alerts).toMatchObject([{ alert: duress.alert, restricted: true, incidentId: duress.incident }]);
    const { body: events } = await client.get<{ events: object[] }>('/api/devices/east/door/events');
    expect(events.events).toMatchObject([{ kind: 'access.duress' }]);
  });

  it('calls the confirmer on duty and then the station desk, never all property managers, and leaves the house nowhere', async () => {
    const { bench } = town;
    const legs = () =>
      bench.rows(sql<{ role: string; rung: number }>`
        select role, rung from legs where incident_id = ${duress.incident} order by role, rung`);
    expect(await legs()).toEqual([{ role: 'confirmer', rung: 0 }]);
    for (let rung = 0; rung < 4; rung += 1) {
      await bench.clock.advance(30_001);
      await runTimers(bench);
    }
    expect(await legs()).toEqual([
      { role: 'confirmer', rung: 0 },
      { role: 'confirmer', rung: 1 },
    ]);
    const confirmer = await clientOf('confirmer');
    const { body } = await confirmer.get(`/api/incidents/${duress.incident}`);
    const wish = { action: 'confirm', version: body['version'], note: '电话核实' };
    expect(await confirmer.post(`/api/incidents/${duress.incident}/actions`, wish)).toMatchObject({ status: 200 });
    expect((await legs()).map(({ role }) => role)).toEqual([
      'confirmer',
      'confirmer',
      'handling-officer',
      'responsible-officer',
    ]);
  });

  it('leaves in the audit log who opened something and when, and the auditor learns not what', async () => {
    const officer = await clientOf('officer');
    const { body } = await officer.post(`/api/incidents/${duress.incident}/evidence-grants`, {
      reason: '胁迫，立即核实',
    });
    await officer.get(`/api/evidence/${duress.evidence}/content?grant=${String(body['grantId'])}`);
    const auditor = await clientOf('auditor');
    const { body: log } = await auditor.get<{ entries: { action: string; restricted: boolean }[] }>(
      '/api/audit?limit=500',
    );
    const opened = log.entries.filter(({ action }) => action === 'evidence.grant');
    expect(opened).toMatchObject([{ restricted: true, subject: null, reason: null, role: 'police', compound: 'east' }]);
    const text = JSON.stringify(log);
    expect(text).not.toMatch(/duress|胁迫/);
    for (const id of Object.values(duress)) expect(text).not.toContain(id);
  });
});

describe('duress and what everybody sees', () => {
  it('are two incidents, and the camera agrees with the one without being taken from the other', async () => {
    const { east, bench } = town;
    bench.clock.jumpWall(3_600_000);
    const at = bench.now;
    await east.send('alarm', east.items.alert({ kind: 'door.held_open', device: 'door', at }));
    await east.send('alarm', east.items.alert({ kind: 'access.duress', device: 'door', at }));
    await east.send('alarm', east.items.alert({ kind: 'motion.started', device: 'cam', at }));
    const found = await bench.rows(sql<{ kind: string; confirmed: string | null; alerts: string[] }>`
      select i.kind, i.confirmed_by as confirmed,
        array(select a.kind from alerts a where a.incident_id = i.incident_id order by a.kind) as alerts
      from incidents i where i.opened_at = ${at} order by i.kind`);
    expect(found).toEqual([
      { kind: 'access.duress', confirmed: 'two-sources', alerts: ['access.duress'] },
      { kind: 'door.held_open', confirmed: null, alerts: ['door.held_open', 'motion.started'] },
    ]);
  });

  it('come together for every property manager where the compound says so', async () => {
    const { bench } = town;
    const manager = await town.signIn('manager');
    expect(await manager.get(`/api/incidents/${duress.incident}`)).toMatchObject({ status: 404 });
    await bench.system((trx) =>
      trx.updateTable('compounds').set({ restricted_to_managers: true }).where('compound_id', '=', 'east').execute(),
    );
    expect(await manager.get(`/api/incidents/${duress.incident}`)).toMatchObject({ status: 200 });
    expect(await (await town.signIn('neighbour')).get(`/api/incidents/${duress.incident}`)).toMatchObject({
      status: 404,
    });
    bench.clock.jumpWall(3_600_000);
    await town.east.send('alarm', town.east.items.alert({ kind: 'access.duress', device: 'door', at: bench.now }));
    const legs = await bench.rows(sql<{ role: string }>`
      select role from legs join incidents using (incident_id) where opened_at = ${bench.now} order by role`);
    expect(legs.map(({ role }) => role)).toEqual(['confirmer', 'property-manager']);
  });

  it('a statement that forgets the filter shows nothing of it', async () => {
    const { db } = town.bench;
    const scope = { compounds: 'all', units: 'all', actor: 'test' } as const;
    const counts = await withScope(db.service, scope, async (trx) => {
      const tables = ['alerts', 'incidents', 'feed'] as const;
      const found: number[] = [];
      for (const table of tables) {
        const { rows } = await sql<{ n: number }>`
          select count(*) as n from ${sql.table(table)} where restricted`.execute(trx);
        found.push(Number(rows[0]?.n));
      }
      return found;
    });
    expect(counts).toEqual([0, 0, 0]);
  });
});

/** What the feed says up to the news of a door that the reader may see. */
async function readToTheEnd(reader: FeedReader | undefined): Promise<string[]> {
  const texts: string[] = [];
  for (let message = await reader?.next(); message; message = await reader?.next()) {
    texts.push(JSON.stringify(message.data));
    if (message.event === 'device') return texts;
  }
  throw new Error('the feed ended before');
}
