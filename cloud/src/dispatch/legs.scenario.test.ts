import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { ConsoleClient } from '../../testing/console-client.js';
import { VILLAGE } from '../../testing/gateway-site.js';
import { Town } from '../../testing/town.js';
import type { IncidentDetail } from '../console/incident-detail.js';
import { createPlace } from '../units/places.js';
import { createUnit } from '../units/units.js';
import { runTimers } from './timers.js';

let town: Town;
let manager: ConsoleClient;
let desk: ConsoleClient;
let officer: ConsoleClient;
beforeAll(async () => {
  town = await Town.open();
  manager = await town.signIn('manager');
  desk = await town.signIn('desk');
  officer = await town.signIn('officer');
}, 180_000);
afterAll(() => town.close());

/** A fresh incident at the door of the east. */
async function raise(options: { exercise?: boolean } = {}): Promise<IncidentDetail> {
  const { bench, east } = town;
  bench.clock.jumpWall(1_200_000);
  const forced = { kind: 'door.forced', device: 'door', at: bench.now, ...options } as const;
  await east.send('alarm', east.items.event(forced), east.items.alert(forced));
  const [row] = await bench.rows(
    sql<{ id: string }>`select incident_id as id from incidents order by opened_at desc limit 1`,
  );
  return read(manager, row?.id ?? '');
}

const read = async (client: ConsoleClient, id: string): Promise<IncidentDetail> =>
  (await client.get<IncidentDetail>(`/api/incidents/${id}`)).body;

const act = (client: ConsoleClient, { id, version }: IncidentDetail, action: string, more: object = {}) =>
  client.post<IncidentDetail>(`/api/incidents/${id}/actions`, { action, version, ...more });

const inHours = (hours: number): string => new Date(town.bench.clock.wall() + hours * 3_600_000).toISOString();
const told = ({ legs }: IncidentDetail): readonly string[] => legs.map(({ role }) => role);

describe('a silence', () => {
  it('holds the push back and shows the incident; its end pushes what is still open', async () => {
    const wish = { compound: 'east', kind: 'maintenance', device: 'door', reason: '门在维修', until: inHours(2) };
    const { body: made } = await manager.post<{ id: string }>('/api/silences', wish);
    const incident = await raise();
    expect(incident).toMatchObject({ state: 'open', legs: [] });
    expect(incident.silencedUntil).not.toBeNull();
    expect(incident.log.map(({ action }) => action)).toContain('silenced');
    const { body: list } = await manager.get<{ holds: number; author: string }[]>('/api/silences');
    expect(list).toMatchObject([{ holds: 1, author: 'manager', reason: '门在维修' }]);
    expect((await manager.call('DELETE', `/api/silences/${made.id}`)).status).toBe(204);
    await runTimers(town.bench);
    const after = await read(manager, incident.id);
    expect(told(after)).toEqual(['property-manager']);
    expect(after.silencedUntil).toBeNull();
  });

  it('is none of a neighbour’s business', async () => {
    const neighbour = await town.signIn('neighbour');
    const wish = { compound: 'east', kind: 'silence', reason: 'too loud', until: inHours(1) };
    expect((await neighbour.post('/api/silences', wish)).status).toBe(404);
  });
});

describe('who sees one building', () => {
  const own = `suxi/${VILLAGE}/east-b3`;
  const other = `suxi/${VILLAGE}/east-b4`;

  beforeAll(() =>
    town.bench.system(async (trx) => {
      const building = { id: 'east-b4', parent: VILLAGE, kind: 'building', name: '4 号楼', level: 3 };
      await createUnit(trx, building, { now: town.bench.now, actor: 'test' });
      await createPlace(
        trx,
        { compound: 'east', id: 'back', name: '后门', kind: 'gate', unit: 'east-b4' },
        town.bench.now,
      );
    }),
  );

  it.each([{}, { unit: `suxi/${VILLAGE}` }, { unit: other }, { device: 'cam' }])(
    'silences nothing beyond it: %j',
    async (beyond) => {
      const wish = { compound: 'east', kind: 'silence', reason: 'too loud', until: inHours(1), ...beyond };
      expect(await officer.post('/api/silences', wish)).toMatchObject({
        status: 403,
        body: { code: 'auth.forbidden' },
      });
    },
  );

  it('silences it, and ends what is of it, and not what is of the whole compound', async () => {
    const wish = { compound: 'east', kind: 'silence', reason: 'too loud', until: inHours(1) };
    const ofOwn = await officer.post<{ id: string }>('/api/silences', { ...wish, unit: own });
    const ofDoor = await officer.post<{ id: string }>('/api/silences', { ...wish, device: 'door' });
    const ofAll = await manager.post<{ id: string }>('/api/silences', wish);
    expect([ofOwn.status, ofDoor.status, ofAll.status]).toEqual([201, 201, 201]);
    const end = async (client: ConsoleClient, { body }: typeof ofAll) =>
      (await client.call('DELETE', `/api/silences/${body.id}`)).status;
    expect([await end(officer, ofOwn), await end(officer, ofDoor), await end(officer, ofAll)]).toEqual([204, 204, 403]);
    expect(await end(manager, ofAll)).toBe(204);
  });

  it('neither drills a compound nor ends its drill, and joins it', async () => {
    const wish = { compound: 'east', name: '反恐演练', until: inHours(1) };
    expect((await officer.post('/api/exercises', wish)).status).toBe(403);
    const { body } = await manager.post<{ id: string }>('/api/exercises', wish);
    expect((await officer.post(`/api/exercises/${body.id}/members`)).status).toBe(204);
    expect((await officer.call('DELETE', `/api/exercises/${body.id}`)).status).toBe(403);
    expect((await manager.call('DELETE', `/api/exercises/${body.id}`)).status).toBe(204);
    await town.bench.system((trx) => sql`delete from exercises`.execute(trx));
  });

  it('turns down what stands in it, and nothing else', async () => {
    const wish = { compound: 'east', kinds: ['tamper.reader'], reason: 'too loud', days: 1 };
    expect((await officer.post('/api/quiet-rules', { ...wish, place: 'back' })).status).toBe(403);
    const mine = await officer.post<{ id: string }>('/api/quiet-rules', { ...wish, place: 'gate' });
    const back = await manager.post<{ id: string }>('/api/quiet-rules', { ...wish, place: 'back' });
    expect((await officer.post(`/api/quiet-rules/${back.body.id}/end`)).status).toBe(403);
    for (const { body } of [mine, back])
      expect((await manager.post(`/api/quiet-rules/${body.id}/end`)).status).toBe(204);
  });
});

describe('who takes it first', () => {
  it('owns it until it is passed on with a reason, and the next one takes it', async () => {
    const confirmed = (await act(manager, await raise(), 'confirm')).body;
    const seen = (await act(desk, confirmed, 'acknowledge')).body;
    const taken = (await act(desk, seen, 'accept')).body;
    expect(taken.owner?.label).toBe('desk');
    expect((await read(officer, taken.id)).actions).not.toContain('accept');
    expect((await act(desk, taken, 'hand-over')).status).toBe(400);
    const to = taken.choices.find(({ to: choice }) => 'duty' in choice && choice.duty === 'responsible-officer')?.to;
    const passed = (await act(desk, taken, 'hand-over', { note: '责任民警在现场', to })).body;
    expect(passed.owner).toBeNull();
    expect(passed.legs.find(({ role }) => role === 'handling-officer')).toMatchObject({
      state: 'handed-over',
      reason: '责任民警在现场',
    });
    expect(passed.legs.find(({ role }) => role === 'handed-over')).toMatchObject({
      to: { id: 'responsible-officer' },
    });
    const next = (await act(officer, passed, 'accept')).body;
    expect(next.owner?.label).toBe('officer');
    expect(next.log.map(({ action }) => action).slice(-3)).toEqual(['accept', 'hand-over', 'accept']);
  });

  it('is waited for as long as the playbook says, and then the next one is told', async () => {
    const confirmed = (await act(manager, await raise(), 'confirm')).body;
    const to = { duty: 'responsible-officer', unit: 'own' };
    const passed = (await act(desk, confirmed, 'hand-over', { note: '责任民警在现场', to })).body;
    expect(passed).toMatchObject({ within: { handOver: 900_000, rectification: null } });
    const handedOver = async () => {
      const { legs } = await read(desk, passed.id);
      const its = legs.filter(({ role }) => role === 'handed-over');
      return its.map(({ to: { id }, dueAt, state }) => `${id} ${state === 'timed-out' ? 'silent' : `until ${dueAt}`}`);
    };
    expect(await handedOver()).toEqual([`responsible-officer until ${inHours(0.25)}`]);
    town.bench.clock.jumpWall(901_000);
    await runTimers(town.bench);
    expect(await handedOver()).toEqual(['responsible-officer silent', `station-desk until ${inHours(5 / 60)}`]);
    const late = await read(manager, passed.id);
    expect((await act(manager, late, 'hand-over', { note: '再交一次', to })).status).toBe(200);
    town.bench.clock.jumpWall(901_000);
    await runTimers(town.bench);
    expect((await handedOver()).map((leg) => leg.split(' until')[0])).toEqual([
      'responsible-officer silent',
      'station-desk silent',
      'responsible-officer silent',
      'station-desk',
    ]);
  });

  it('is seen with who knew when, and with the steps of the four platforms', async () => {
    const confirmed = (await act(manager, await raise(), 'confirm')).body;
    town.bench.clock.jumpWall(60_000);
    const seen = (await act(desk, confirmed, 'acknowledge')).body;
    const known = seen.knowledge.flatMap(({ leg, by }) => {
      const role = seen.legs.find(({ id }) => id === leg)?.role;
      return by === null ? [] : [`${role} ${by}`];
    });
    expect(known[0]).toBe('property-manager delivered');
    expect(known).toContain('handling-officer delivered');
    expect(seen.steps).toMatchObject({ signed: expect.any(String), settled: null, archived: null });
  });
});

describe('consultation and rectification', () => {
  it('are what the playbook knows and nothing else', async () => {
    const { bench } = town;
    await bench.system((trx) => sql`update compounds set playbook = 'suxi' where compound_id = 'east'`.execute(trx));
    await bench.system((trx) =>
      sql`update accounts set duties = array['station-head', 'community-officer', 'handling-officer'] where login = 'the-desk'`.execute(
        trx,
      ),
    );
    const head = await town.signIn('desk');
    const confirmed = (await act(manager, await raise(), 'confirm')).body;
    expect(confirmed.actions).not.toContain('rectify');
    const mine = await read(head, confirmed.id);
    expect(mine.actions).toEqual(expect.arrayContaining(['consult', 'rectify']));
    const unit = mine.unit?.path ?? '';
    const called = (await act(head, mine, 'consult', { note: '疑难会商' })).body;
    expect(told(called)).toContain('consultation');
    const ordered = await act(head, called, 'rectify', { note: '限期整改', units: [unit], deadline: inHours(48) });
    const leg = ordered.body.legs.find(({ role }) => role === 'rectification');
    expect(leg).toMatchObject({ to: { kind: 'unit', unit }, settleAt: inHours(48) });
    const answers = `/api/incidents/${mine.id}/legs/${leg?.id}/answers`;
    expect((await officer.post<IncidentDetail>(answers, { answer: 'resolved' })).status).toBe(200);
    expect((await officer.post(answers, { answer: 'resolved' })).body).toMatchObject({ code: 'leg.wrong-step' });
    await bench.system((trx) => sql`update compounds set playbook = null where compound_id = 'east'`.execute(trx));
  });
});

describe('an exercise', () => {
  it('reaches those who joined it, and nobody else', async () => {
    const alone = await raise({ exercise: true });
    const [leg] = (await read(manager, alone.id)).legs;
    expect(['queued', 'sent']).toContain(leg?.state);
    const wish = { compound: 'east', name: '消防演练', until: inHours(3) };
    const { status } = await manager.post('/api/exercises', wish);
    expect(status).toBe(201);
    const drill = await raise({ exercise: true });
    expect((await read(manager, drill.id)).legs).toMatchObject([{ role: 'property-manager', state: 'read' }]);
    const { body } = await officer.get<{ joined: boolean; members: number }[]>('/api/exercises');
    expect(body).toMatchObject([{ joined: false, members: 1, name: '消防演练' }]);
  });
});
