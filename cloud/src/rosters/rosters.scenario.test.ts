import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { sql } from 'kysely';
import { VILLAGE } from '../../testing/gateway-site.js';
import { Town } from '../../testing/town.js';
import { playbookOf } from '../playbooks/governance.js';
import { seesAllOf } from '../playbooks/overlay-switches.js';
import { keepVersions, type PlaybookVersion } from '../playbooks/versions.js';
import type { RosterWeek } from './roster-view.js';

jest.setTimeout(60_000);

const unit = `suxi/${VILLAGE}`;
const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'holiday'];
let town: Town;
let accounts: Readonly<Record<string, string>>;

beforeAll(async () => {
  town = await Town.open();
  for (const person of ['desk', 'officer'] as const) await town.signIn(person);
  const rows = await town.bench.rows(sql<{ id: string; label: string }>`select account_id as id, label from accounts`);
  accounts = Object.fromEntries(rows.map(({ label, id }) => [label, id]));
}, 180_000);
afterAll(() => town.close());

const shift = (account: string, hours: string) => ({
  unit,
  duty: 'station-desk',
  account: accounts[account],
  days: everyDay,
  hours,
  from: '2026-01-01',
});

describe('a duty roster', () => {
  it('begins with nothing but gaps, and has none when day and night are taken', async () => {
    const desk = await town.signIn('desk');
    const week = async () => {
      const { body } = await desk.get<RosterWeek>(`/api/rosters?unit=${unit}&from=2026-03-02`);
      return body.duties.find(({ duty }) => duty === 'station-desk');
    };
    expect((await week())?.gaps).toHaveLength(1);
    expect((await desk.post('/api/rosters/shifts', shift('desk', '08:00-20:00'))).status).toBe(200);
    expect((await week())?.gaps).toHaveLength(8);
    await desk.post('/api/rosters/shifts', shift('officer', '20:00-08:00'));
    expect((await week())?.gaps).toEqual([]);
    const away = { kind: 'away', account: accounts['officer'], standIn: null, reason: '外出培训' };
    const night = { from: '2026-03-03T20:00:00+08:00', to: '2026-03-04T08:00:00+08:00' };
    const { body } = await desk.post<{ id: string }>('/api/rosters/changes', { ...away, ...night });
    expect((await week())?.gaps).toEqual([{ from: '2026-03-03T12:00:00.000Z', to: '2026-03-04T00:00:00.000Z' }]);
    expect((await desk.call('DELETE', `/api/rosters/changes/${body.id}`)).status).toBe(204);
    await desk.post('/api/rosters/changes', { ...away, ...night, standIn: accounts['desk'] });
    expect((await week())?.gaps).toEqual([]);
  });

  it('is kept by those whose unit it is, and read by nobody of another', async () => {
    const outsider = await town.signIn('outsider');
    expect((await outsider.get(`/api/rosters?unit=${unit}`)).status).toBe(403);
    expect((await outsider.post('/api/rosters/shifts', shift('desk', '08:00-20:00'))).status).toBe(403);
    const member = await town.signIn('member');
    expect((await member.get(`/api/rosters?unit=${unit}`)).status).toBe(200);
    expect((await member.post('/api/rosters/shifts', shift('desk', '08:00-20:00'))).status).toBe(403);
  });
});

describe('a playbook', () => {
  const versionsOf = async (id: string) => {
    const administrator = await town.signIn('administrator');
    const { body } = await administrator.get<{ versions: PlaybookVersion[] }>(`/api/playbooks/${id}/versions`);
    return body.versions;
  };

  it('is kept in each version that it was used in, and what has changed is said part by part', async () => {
    const { governance, db, now } = town.bench;
    const suxi = playbookOf(governance, 'suxi');
    const handOver = { within: 3_600_000, ladder: 'station' };
    const changed = { ...suxi, version: suxi.version + 1, handOver };
    const later = new Date(now.getTime() + 1);
    await keepVersions(db, { ...governance, playbooks: new Map([[suxi.id, changed]]) }, later);
    await keepVersions(db, governance, later);
    const [young, old, ...others] = await versionsOf('suxi');
    expect([young, old]).toMatchObject([{ version: changed.version }, { version: suxi.version, current: true }]);
    expect(others).toEqual([]);
    const administrator = await town.signIn('administrator');
    const compare = (before = '', after = '') =>
      administrator.get(`/api/playbooks/suxi/differences?before=${before}&after=${after}`);
    expect((await compare(old?.digest, young?.digest)).body).toEqual({
      differences: [
        { at: 'version', before: `${suxi.version}`, after: `${changed.version}` },
        { at: 'handOver.within', before: '30m', after: '1h' },
      ],
    });
    const [ofAnother] = await versionsOf('luhe');
    expect((await compare(old?.digest, ofAnother?.digest)).status).toBe(404);
  });
});

describe('an overlay', () => {
  it('has an author, a beginning and an end, and can be ended before', async () => {
    const administrator = await town.signIn('administrator');
    const wish = { overlay: 'node', from: '2026-03-01T00:00:00Z', to: '2026-03-08T00:00:00Z', reason: '香浪节' };
    const { body } = await administrator.post<{ id: string }>('/api/playbooks/hezuo/overlays', wish);
    const read = () =>
      administrator.get<{ maySwitch: boolean; switches: Record<string, unknown>[] }>('/api/playbooks/hezuo');
    expect((await read()).body).toMatchObject({ maySwitch: true, switches: [{ overlay: 'node', reason: '香浪节' }] });
    expect((await administrator.post(`/api/playbooks/hezuo/overlays/${body.id}/end`)).status).toBe(204);
    expect((await administrator.post(`/api/playbooks/hezuo/overlays/${body.id}/end`)).status).toBe(404);
    const late = { ...wish, to: '2026-02-01T00:00:00Z' };
    expect((await administrator.post('/api/playbooks/hezuo/overlays', late)).status).toBe(400);
    expect((await administrator.post('/api/playbooks/suxi/overlays', wish)).status).toBe(404);
  });

  it('is not for a police station to switch, whose units are a part of those that it changes', async () => {
    const wish = { overlay: 'node', from: '2026-03-01T00:00:00Z', to: '2026-03-08T00:00:00Z', reason: '香浪节' };
    const administrator = await town.signIn('administrator');
    const { body } = await administrator.post<{ id: string }>('/api/playbooks/hezuo/overlays', wish);
    const desk = await town.signIn('desk');
    expect((await desk.get('/api/playbooks/hezuo')).body).toMatchObject({ maySwitch: false });
    expect((await desk.post('/api/playbooks/hezuo/overlays', wish)).status).toBe(403);
    expect((await desk.post(`/api/playbooks/hezuo/overlays/${body.id}/end`)).status).toBe(403);
  });

  it('is for the police of a whole tree of the playbook to switch', async () => {
    const { playbooks } = town.bench.governance;
    const hezuo = playbooks.get('hezuo');
    if (!hezuo) throw new Error('there is no such playbook');
    expect(seesAllOf(hezuo, ['joint-defence'])).toBe(true);
    expect(seesAllOf(hezuo, ['joint-defence/town'])).toBe(false);
  });

  it('is not for a grid member to switch', async () => {
    const member = await town.signIn('member');
    expect((await member.get('/api/playbooks')).status).toBe(200);
    expect((await member.post('/api/playbooks/hezuo/overlays', {})).status).toBe(403);
  });
});
