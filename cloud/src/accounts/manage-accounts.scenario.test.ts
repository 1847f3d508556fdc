import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsoleClient, PASSWORD } from '../../testing/console-client.js';
import { FeedReader } from '../../testing/feed-reader.js';
import { Town } from '../../testing/town.js';
import type { Account } from './account.js';

let town: Town;
let administrator: ConsoleClient;
beforeAll(async () => {
  town = await Town.open();
  administrator = await town.signIn('administrator');
}, 180_000);
afterAll(() => town.close());

const draft = {
  label: '东区物业',
  role: 'property-manager',
  compounds: ['east'],
  unitPaths: [],
  duties: ['confirmer'],
};

async function add(login: string): Promise<{ account: Account; link: string }> {
  const answer = await administrator.post<{ account: Account; link: string }>('/api/accounts', { ...draft, login });
  expect(answer.status).toBe(200);
  return answer.body;
}

async function enter(link: string): Promise<ConsoleClient> {
  const client = new ConsoleClient(town.cloud.url);
  expect((await client.post('/api/setup', { link, password: PASSWORD })).status).toBe(200);
  return client;
}

describe('a new account', () => {
  it('has no password until its one-time link is used, and then sees its compound', async () => {
    const { link } = await add('first-manager');
    const client = new ConsoleClient(town.cloud.url);
    expect((await client.post('/api/session', { login: 'first-manager', password: PASSWORD })).status).toBe(401);
    expect((await client.get(`/api/setup/${link}`)).body).toEqual({ login: 'first-manager', kind: 'password' });
    expect((await client.post('/api/setup', { link, password: 'too short' })).status).toBe(400);
    const session = await (await enter(link)).get('/api/session');
    expect(session.body).toMatchObject({ scope: { compounds: [{ id: 'east' }], units: 'all' } });
  });

  it('cannot take a login that is taken, see nothing, or see what is not there', async () => {
    await add('second-manager');
    const attempt = (change: object) => administrator.post('/api/accounts', { ...draft, login: 'third', ...change });
    expect((await attempt({ login: 'second-manager' })).status).toBe(409);
    expect((await attempt({ compounds: [] })).status).toBe(400);
    expect((await attempt({ compounds: ['north'] })).status).toBe(400);
    expect((await attempt({ role: 'police', unitPaths: ['suxi/nowhere'] })).status).toBe(400);
    expect((await attempt({ login: 'Not A Login' })).status).toBe(400);
  });

  it('gets no link after its time', async () => {
    const { link } = await add('late-manager');
    town.bench.clock.jumpWall(25 * 3_600_000);
    const late = await new ConsoleClient(town.cloud.url).post('/api/setup', { link, password: PASSWORD });
    expect(late).toMatchObject({ status: 410, body: { code: 'auth.link-expired' } });
    administrator = await town.signIn('administrator');
  });
});

describe('an account that is changed', () => {
  it('loses its sessions at once, also on the live feed', async () => {
    const { account, link } = await add('moving-manager');
    const client = await enter(link);
    const reader = await FeedReader.open(client);
    await reader.find(({ event }) => event === 'hello');
    const changed = await administrator.call('PUT', `/api/accounts/${account.id}`, { compounds: ['west'] });
    expect(changed).toMatchObject({ status: 200, body: { compounds: ['west'] } });
    await expect(reader.find(() => false)).rejects.toThrow('ended');
    expect((await client.get('/api/session')).status).toBe(401);
  });

  it('is shut out at once where it is disabled, and gets no new link', async () => {
    const { account, link } = await add('leaving-manager');
    const client = await enter(link);
    const reader = await FeedReader.open(client);
    await reader.find(({ event }) => event === 'hello');
    expect((await administrator.post(`/api/accounts/${account.id}/disable`)).status).toBe(204);
    await expect(reader.find(() => false)).rejects.toThrow('ended');
    expect((await client.get('/api/session')).status).toBe(401);
    expect((await client.post('/api/session', { login: 'leaving-manager', password: PASSWORD })).status).toBe(401);
    expect((await administrator.post(`/api/accounts/${account.id}/link`)).status).toBe(409);
  });

  it('signs in again with its old password once it is enabled, and in the language that it was given', async () => {
    const { account, link } = await add('returning-manager');
    await enter(link);
    await administrator.post(`/api/accounts/${account.id}/disable`);
    expect((await administrator.post(`/api/accounts/${account.id}/enable`)).status).toBe(204);
    const changed = await administrator.call('PUT', `/api/accounts/${account.id}`, { locale: 'en' });
    expect(changed).toMatchObject({ status: 200, body: { locale: 'en', disabledAt: null } });
    const answer = await enter(link).catch(() => undefined);
    expect(answer).toBeUndefined();
    const client = new ConsoleClient(town.cloud.url);
    const signedIn = await client.post('/api/session', { login: 'returning-manager', password: PASSWORD });
    expect(signedIn).toMatchObject({ status: 200, body: { account: { locale: 'en' } } });
  });

  it('is never one’s own role or one’s own end', async () => {
    const { body } = await administrator.get<{ account: Account }>('/api/session');
    const own = `/api/accounts/${body.account.id}`;
    expect((await administrator.call('PUT', own, { role: 'auditor' })).status).toBe(409);
    expect((await administrator.post(`${own}/disable`)).status).toBe(409);
  });
});

describe('a session', () => {
  it('ends after twelve hours, and after two without a sign of life', async () => {
    const idle = await town.signIn('manager');
    town.bench.clock.jumpWall(2 * 3_600_000 + 1000);
    expect((await idle.get('/api/session')).status).toBe(401);
    const busy = await town.signIn('manager');
    for (let hour = 1; hour <= 11; hour += 1) {
      town.bench.clock.jumpWall(3_600_000);
      expect([hour, (await busy.get('/api/session')).status]).toEqual([hour, 200]);
    }
    town.bench.clock.jumpWall(3_600_000);
    expect((await busy.get('/api/session')).status).toBe(401);
  });
});
