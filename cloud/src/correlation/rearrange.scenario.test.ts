import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { EventKind } from '@angrid/contract';
import { Secret } from '@angrid/runtime';
import { sql } from 'kysely';
import type { ConsoleClient } from '../../testing/console-client.js';
import { BenchSite } from '../../testing/gateway-site.js';
import { Town } from '../../testing/town.js';
import { SealingBox } from '../channels/sealing.js';
import type { IncidentDetail } from '../console/incident-detail.js';
import { type FiledReport, fileReport } from '../reports/file-report.js';
import { reportsOfIncident } from '../reports/read-reports.js';
import { releaseHeld } from './release-held.js';
import { type ReplayView, runReplays } from './replay.js';

jest.setTimeout(60_000);

let town: Town;
let manager: ConsoleClient;
let administrator: ConsoleClient;

beforeAll(async () => {
  town = await Town.open();
}, 180_000);
afterAll(() => town.close());
beforeEach(anHourLater);

/** Whoever was signed in is no more. */
async function anHourLater(): Promise<void> {
  town.bench.clock.jumpWall(3_600_000);
  manager = await town.signIn('manager');
  administrator = await town.signIn('administrator');
}

async function raise(device: string, kind: EventKind, site = town.east): Promise<void> {
  await site.send('alarm', site.items.alert({ kind, device, at: town.bench.now }));
}

interface Row {
  readonly id: string;
  readonly version: number;
  readonly kind: string;
  readonly mergedInto: string | null;
}

/** Incidents of the last quarter of an hour. */
function lately(): Promise<readonly Row[]> {
  return town.bench.rows(sql<Row>`
    select incident_id as id, version, kind, merged_into as "mergedInto" from incidents
    where compound_id = 'east' and opened_at > ${new Date(town.bench.now.getTime() - 900_000)}
    order by opened_at, incident_id`);
}

const box = new SealingBox(new Secret('a key of thirty-two characters!!'));

/** Somebody writes of a dispute at the gate. */
function report(): Promise<FiledReport> {
  const { governance, now } = town.bench;
  const word = { category: 'dispute', text: '东门有人吵架', wantsCode: false } as const;
  const whole = { compound: 'east', place: 'gate', reporter: null, ...word };
  return town.bench.system((trx) => fileReport(trx, whole, { box, governance, now }));
}

const reportsOf = (incident: string) => town.bench.system((trx) => reportsOfIncident(trx, incident));

const detail = async (id: string) => (await manager.get<IncidentDetail>(`/api/incidents/${id}`)).body;

describe('two gateways of one compound', () => {
  it('that see one thing at the same moment open one incident', async () => {
    const other = await BenchSite.enrol(town.bench, 'east');
    await Promise.all([raise('door', 'door.forced'), raise('cam', 'behaviour.intrusion', other)]);
    expect(await lately()).toMatchObject([{ kind: 'door.forced' }]);
  });
});

describe('what may mend itself', () => {
  const release = (): Promise<void> => {
    const { db, clock, governance } = town.bench;
    return releaseHeld({ db, clock, governance });
  };

  it('opens an incident only if it is still so after its time', async () => {
    await raise('cam', 'health.offline');
    town.bench.clock.jumpWall(170_000);
    await release();
    expect(await lately()).toEqual([]);
    town.bench.clock.jumpWall(20_000);
    await release();
    expect(await lately()).toMatchObject([{ kind: 'health.offline' }]);
  });

  it('opens none where it is over by then', async () => {
    const { east, bench } = town;
    const happening = { kind: 'health.offline', device: 'cam', at: bench.now } as const;
    await east.send('alarm', east.items.alert(happening));
    const clearedAt = new Date(bench.now.getTime() + 90_000);
    await east.send('alarm', east.items.alert({ ...happening, state: 'cleared', clearedAt }));
    bench.clock.jumpWall(200_000);
    await release();
    expect(await lately()).toEqual([]);
  });
});

describe('a person', () => {
  it('merges two incidents: the alerts go over, the emptied one says where to, and takes nothing more', async () => {
    await raise('door', 'door.held_open');
    await raise('stranger', 'door.forced');
    const [first, second] = await lately();
    const merge = { into: first?.id, version: second?.version };
    expect((await manager.post(`/api/incidents/${second?.id}/merge`, merge)).status).toBe(204);
    const [into, from] = await Promise.all([detail(first?.id ?? ''), detail(second?.id ?? '')]);
    expect(into.alerts).toHaveLength(2);
    expect(into.log.map(({ action }) => action)).toContain('merged');
    expect(from).toMatchObject({ state: 'closed', alerts: [] });
    expect((await manager.post(`/api/incidents/${second?.id}/merge`, merge)).status).toBe(409);
  });

  it('merges what people have reported: their word and their report go along, and the officers are called', async () => {
    await raise('door', 'door.held_open');
    const [told] = await lately();
    const { incident: from } = await report();
    const { version, ...reported } = await detail(from);
    expect((await manager.post(`/api/incidents/${from}/merge`, { into: told?.id, version })).status).toBe(204);
    const both = await detail(told?.id ?? '');
    expect(both).toMatchObject({ confirmedBy: 'person', source: 'person', category: 'dispute' });
    expect(both.legs.map(({ role }) => role)).toEqual(expect.arrayContaining(['property-manager', 'handling-officer']));
    expect(await reportsOf(both.id)).toHaveLength(1);

    const alerts = reported.alerts.map(({ alert }) => alert);
    const split = { alerts, version: both.version };
    const { body } = await manager.post<{ id: string }>(`/api/incidents/${both.id}/split`, split);
    const apart = { kind: 'report.dispute', confirmedBy: 'person', source: 'person', category: 'dispute' };
    expect(await detail(body.id)).toMatchObject(apart);
    expect(await reportsOf(body.id)).toHaveLength(1);
  });

  it('splits one: the new one is unconfirmed and the property manager’s alone', async () => {
    await raise('door', 'door.forced');
    await raise('cam', 'behaviour.intrusion');
    const [both] = await lately();
    const before = await detail(both?.id ?? '');
    expect(before.confirmedBy).toBe('two-sources');
    const alerts = before.alerts.filter(({ device }) => device.id === 'cam').map(({ alert }) => alert);
    const { body } = await manager.post<{ id: string }>(`/api/incidents/${both?.id}/split`, {
      alerts,
      version: before.version,
    });
    const split = await detail(body.id);
    expect(split).toMatchObject({ confirmedBy: null, kind: 'behaviour.intrusion', alerts: [{ alert: alerts[0] }] });
    expect(new Set(split.legs.map(({ role }) => role))).toEqual(new Set(['property-manager']));
    const all = await manager.post(`/api/incidents/${body.id}/split`, { alerts, version: split.version });
    expect(all).toMatchObject({ status: 400 });
  });

  it('of another compound finds neither', async () => {
    await raise('door', 'door.held_open');
    const [mine] = await lately();
    const neighbour = await town.signIn('neighbour');
    const merge = { into: mine?.id, version: mine?.version };
    expect((await neighbour.post(`/api/incidents/${mine?.id}/merge`, merge)).status).toBe(404);
  });
});

describe('false alarms', () => {
  it('propose a quiet rule, which keeps the alert and opens nothing', async () => {
    for (let nth = 0; nth < 2; nth += 1) {
      await raise('door', 'tamper.reader');
      const [incident] = await lately();
      const mark = { action: 'false-alarm', note: '清洁', version: incident?.version };
      expect((await manager.post(`/api/incidents/${incident?.id}/actions`, mark)).status).toBe(200);
      await anHourLater();
    }
    const { body } = await manager.get<{ proposals: { kind: string; device: { id: string }; days: number }[] }>(
      '/api/quiet-rules',
    );
    const proposal = body.proposals.find(({ kind }) => kind === 'tamper.reader');
    expect(proposal).toMatchObject({ device: { id: 'door' }, falseAlarms: 2, notes: ['清洁'] });
    const wish = { compound: 'east', kinds: ['tamper.reader'], device: 'door', reason: '清洁时误报', days: 7 };
    expect((await manager.post('/api/quiet-rules', wish)).status).toBe(200);
    await raise('door', 'tamper.reader');
    expect(await lately()).toEqual([]);
    const kept = await town.bench.rows(sql<{ setAside: string }>`
      select set_aside as "setAside" from alerts where compound_id = 'east' and started_at = ${town.bench.now}`);
    expect(kept).toEqual([{ setAside: expect.stringMatching(/^quiet:/) }]);
  });

  it('never silence what is of severity 1, nor anything without an end', async () => {
    const wish = { compound: 'east', kinds: ['sos.raised'], device: 'door', reason: 'too loud', days: 7 };
    expect((await manager.post('/api/quiet-rules', wish)).status).toBe(400);
    expect((await manager.post('/api/quiet-rules', { ...wish, kinds: ['door.forced'], days: 400 })).status).toBe(400);
  });

  it('and loud devices are shown by what their budget allows', async () => {
    const { body } = await manager.get<{ over: { of: string; id: string; incidents: number }[] }>('/api/noise?days=1');
    expect(body.over).toContainEqual(expect.objectContaining({ of: 'device', id: 'door' }));
  });
});

describe('rules', () => {
  const quieter = async (): Promise<string> => {
    const { body } = await administrator.get<{ text: string }>('/api/correlation/rule-sets/0');
    const muted = '  - id: no-held-open\n    pattern: [{ kinds: [door.held_open] }]\n    then: set-aside\n';
    return body.text.replace('name: default', 'name: quieter').replace('\nrules:\n', `\nrules:\n${muted}`);
  };

  it('are replayed over what is stored before they are switched on, side by side', async () => {
    const { body } = await administrator.post<{ id: string }>('/api/correlation/replays', {
      text: await quieter(),
      days: 2,
    });
    await runReplays(town.bench);
    const { body: replay } = await administrator.get<ReplayView>(`/api/correlation/replays/${body.id}`);
    expect(replay).toMatchObject({ state: 'done', progress: 2, total: 2, result: { raised: [] } });
    expect(new Set(replay.result?.missed.map(({ kind }) => kind))).toEqual(new Set(['door.held_open']));
    const { active, candidate, counts } = replay.result ?? {};
    expect((active?.incidents ?? 0) - (candidate?.incidents ?? 0)).toBe(counts?.missed);
  });

  it('decide from the moment they are switched on, and the file’s own when they are switched back', async () => {
    const saved = await administrator.post<{ id: number }>('/api/correlation/rule-sets', {
      text: await quieter(),
      note: 'doors are held open at the fair',
    });
    await administrator.post(`/api/correlation/rule-sets/${saved.body.id}/switch-on`, {});
    await raise('door', 'door.held_open');
    expect(await lately()).toEqual([]);
    await administrator.post('/api/correlation/rule-sets/0/switch-on', {});
    await anHourLater();
    await raise('door', 'door.held_open');
    expect(await lately()).toHaveLength(1);
  });

  it('that are none are refused with what is wrong, and nobody but the administrator writes any', async () => {
    const wish = { text: 'name: x', note: 'nothing' };
    expect((await administrator.post('/api/correlation/rule-sets', wish)).status).toBe(400);
    expect((await manager.post('/api/correlation/rule-sets', wish)).status).toBe(403);
  });
});
