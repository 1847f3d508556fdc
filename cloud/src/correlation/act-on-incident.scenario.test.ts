import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventKind } from '@angrid/contract';
import type { ConsoleClient } from '../../testing/console-client.js';
import { Town } from '../../testing/town.js';
import type { IncidentDetail } from '../console/incident-detail.js';

let town: Town;
let manager: ConsoleClient;
let desk: ConsoleClient;
let member: ConsoleClient;
beforeAll(async () => {
  town = await Town.open();
  manager = await town.signIn('manager');
  desk = await town.signIn('desk');
  member = await town.signIn('member');
}, 180_000);
afterAll(() => town.close());

/** A fresh incident at the door of the east. */
async function raise(kind: EventKind, options: { exercise?: boolean } = {}): Promise<IncidentDetail> {
  town.bench.clock.jumpWall(1_200_000);
  const happening = { kind, device: 'door', at: town.bench.now, ...options };
  await town.east.send('alarm', town.east.items.event(happening), town.east.items.alert(happening));
  const { body } = await manager.get<{ incidents: { id: string }[] }>('/api/incidents?state=open&limit=1');
  return read(manager, body.incidents[0]?.id ?? '');
}

async function read(client: ConsoleClient, id: string): Promise<IncidentDetail> {
  return (await client.get<IncidentDetail>(`/api/incidents/${id}`)).body;
}

const act = (client: ConsoleClient, { id, version }: IncidentDetail, action: string, note?: string) =>
  client.post<IncidentDetail>(`/api/incidents/${id}/actions`, { action, version, note });

const legStates = ({ legs }: IncidentDetail): Record<string, string> =>
  Object.fromEntries(legs.map(({ role, rung, state }) => [`${role}/${rung}`, state]));

describe('a lone alert of a door', () => {
  it('is the property manager’s, who has read it as soon as it is opened', async () => {
    const incident = await raise('door.forced');
    const again = await read(manager, incident.id);
    expect(legStates(again)).toEqual({ 'property-manager/0': 'read' });
  });

  it('calls the three police legs once a person confirms, and not before', async () => {
    const incident = await raise('door.forced');
    expect(incident.confirmedBy).toBeNull();
    const confirmed = await act(manager, incident, 'confirm');
    expect(confirmed).toMatchObject({ status: 200, body: { confirmedBy: 'person' } });
    expect(Object.keys(legStates(confirmed.body)).sort()).toEqual([
      'four-platforms/0',
      'handling-officer/0',
      'property-manager/0',
      'responsible-officer/0',
    ]);
    expect((await act(desk, confirmed.body, 'confirm')).status).toBe(409);
  });
});

describe('what people do with it', () => {
  it('goes from hand to hand until it is closed, and is all in the log', async () => {
    let incident = (await act(manager, await raise('door.forced'), 'confirm')).body;
    for (const [client, action, note] of [
      [manager, 'acknowledge'],
      [desk, 'assign'],
      [desk, 'accept'],
      [desk, 'resolve', '门已修好'],
      [manager, 'close'],
    ] as const) {
      const answer = await act(client, incident, action, note);
      expect([action, answer.status]).toEqual([action, 200]);
      incident = answer.body;
    }
    expect(incident.state).toBe('closed');
    expect(legStates(incident)).toMatchObject({
      'property-manager/0': 'acknowledged',
      'handling-officer/0': 'resolved',
    });
    const actions = incident.log.map(({ actor, action }) => [actor === 'system' ? actor : actor.label, action]);
    expect(actions).toEqual([
      ['system', 'opened'],
      ['manager', 'confirm'],
      ['manager', 'acknowledge'],
      ['desk', 'assign'],
      ['desk', 'accept'],
      ['desk', 'resolve'],
      ['manager', 'close'],
    ]);
  });

  it('is open again where the call-back finds it unsolved, and is told anew to who had settled it', async () => {
    let incident = (await act(manager, await raise('door.forced'), 'confirm')).body;
    const steps = ['acknowledge', 'accept', 'resolve', 'call-back'] as const;
    for (const action of steps) incident = (await act(desk, incident, action)).body;
    expect((await act(desk, incident, 'reopen')).body).toMatchObject({ code: 'input.invalid' });
    expect((await act(member, incident, 'reopen', '报告人称门仍打不开')).status).toBe(403);
    const open = (await act(desk, incident, 'reopen', '报告人称门仍打不开')).body;
    expect(open).toMatchObject({ state: 'assigned', owner: null });
    expect(legStates(open)).toMatchObject({ 'handling-officer/0': 'resolved', 'reopened/0': 'queued' });
    expect(open.legs.find(({ role }) => role === 'reopened')?.to).toMatchObject({ id: 'handling-officer' });
    for (const action of ['accept', 'resolve', 'close'])
      incident = (await act(desk, await read(desk, open.id), action)).body;
    expect(incident).toMatchObject({ state: 'closed', actions: ['reopen', 'note'] });
    expect(legStates(incident)).toMatchObject({ 'reopened/0': 'resolved' });
  });

  it('is refused where somebody was faster', async () => {
    const incident = await raise('door.forced');
    expect((await act(manager, incident, 'acknowledge')).status).toBe(200);
    const late = await act(desk, incident, 'acknowledge');
    expect(late).toMatchObject({ status: 409, body: { code: 'incident.wrong-state' } });
  });

  it('is refused where it is not theirs to decide, or says nothing', async () => {
    const incident = await raise('door.forced');
    expect((await act(member, incident, 'false-alarm')).body).toMatchObject({ code: 'auth.forbidden' });
    expect((await act(member, incident, 'hand-over')).body).toMatchObject({ code: 'input.invalid' });
    expect(incident.actions).toContain('confirm');
    expect((await read(member, incident.id)).actions).not.toContain('confirm');
  });

  it('closes a false alarm, which alarms nobody else', async () => {
    const incident = await raise('door.held_open');
    const closed = (await act(manager, incident, 'false-alarm', '搬家')).body;
    expect(closed).toMatchObject({ state: 'closed', falseAlarm: true, actions: ['reopen', 'note'] });
    expect(Object.keys(legStates(closed))).toEqual(['property-manager/0']);
    expect((await act(manager, closed, 'reopen', '门其实被撬')).body).toMatchObject({
      state: 'assigned',
      falseAlarm: false,
    });
  });

  it('does not close by itself when its alerts are over', async () => {
    const { east, bench } = town;
    const incident = await raise('door.held_open');
    const at = bench.now;
    await east.send('alarm', east.items.alert({ kind: 'door.held_open', device: 'door', at, state: 'cleared' }));
    const after = await read(manager, incident.id);
    expect(after.alerts.map(({ state }) => state)).toEqual(['cleared']);
    expect(after.state).toBe('open');
  });
});
