import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { TOTP } from 'otpauth';
import { ConsoleClient, PASSWORD } from '../../testing/console-client.js';
import { FeedReader } from '../../testing/feed-reader.js';
import { Town } from '../../testing/town.js';
import type { Account } from './account.js';

let town: Town;
let administrator: ConsoleClient;
beforeAll(async () => {
  town = await Town.open({ ACCOUNTS_SECOND_FACTOR_FOR: 'auditor' });
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

describe('a second factor', () => {
  let secret: string;
  let recoveryCodes: readonly string[];
  let client: ConsoleClient;
  let id: string;

  /** What the phone shows now, or `steps` later. */
  const shown = (steps = 0): string =>
    new TOTP({ secret }).generate({ timestamp: town.bench.clock.wall() + steps * 30_000 });
  const signIn = (code?: string, password = PASSWORD, into = new ConsoleClient(town.cloud.url)) =>
    into.post('/api/session', { login: 'guarded-manager', password, ...(code === undefined ? {} : { code }) });
  const later = (): void => town.bench.clock.jumpWall(60_000);

  it('is set up by the password and a first code, which ends the sessions before it', async () => {
    administrator = await town.signIn('administrator');
    const { account, link } = await add('guarded-manager');
    id = account.id;
    client = await enter(link);
    const elsewhere = new ConsoleClient(town.cloud.url);
    expect((await signIn(undefined, PASSWORD, elsewhere)).status).toBe(200);
    const path = '/api/session/second-factor';
    const wrong = await client.post(path, { password: 'wrong' });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'auth.wrong-credentials' } });
    const { body: offer } = await client.post<{ secret: string; uri: string }>(path, { password: PASSWORD });
    ({ secret } = offer);
    expect(offer.uri).toContain(`otpauth://totp/AnGrid:guarded-manager?issuer=AnGrid&secret=${secret}`);
    const refused = await client.post(`${path}/confirm`, { code: shown(-2) });
    expect(refused.body).toMatchObject({ code: 'auth.wrong-second-factor' });
    expect((await signIn()).status).toBe(200);
    const { body } = await client.post<{ recoveryCodes: readonly string[] }>(`${path}/confirm`, { code: shown() });
    ({ recoveryCodes } = body);
    expect(recoveryCodes).toHaveLength(10);
    expect((await elsewhere.get('/api/session')).status).toBe(401);
    expect((await client.get('/api/session')).body).toMatchObject({ secondFactor: 'set' });
    expect((await client.get(path)).body).toMatchObject({ recoveryCodesLeft: 10 });
    expect((await client.post(path, { password: PASSWORD })).body).toMatchObject({ code: 'auth.second-factor-needed' });
  });

  it('is asked for once the password is right, and its code is taken once', async () => {
    later();
    expect((await signIn()).body).toMatchObject({ status: 401, code: 'auth.second-factor-needed' });
    expect((await signIn(shown(), 'wrong')).body).toMatchObject({ code: 'auth.wrong-credentials' });
    expect((await signIn(shown(1))).status).toBe(200);
    for (const step of [1, 0])
      expect((await signIn(shown(step))).body).toMatchObject({ code: 'auth.wrong-second-factor' });
  });

  it('is replaced by each recovery code once', async () => {
    const [first = '', second = ''] = recoveryCodes;
    expect((await signIn(first)).status).toBe(200);
    expect((await signIn(first)).body).toMatchObject({ code: 'auth.wrong-second-factor' });
    expect((await signIn(second.replace('-', ''))).status).toBe(200);
    expect((await client.get('/api/session/second-factor')).body).toMatchObject({ recoveryCodesLeft: 8 });
  });

  it('is asked of a link, too, that sets a new password', async () => {
    const { body } = await administrator.post<{ link: string }>(`/api/accounts/${id}/link`);
    const use = (code?: string) =>
      new ConsoleClient(town.cloud.url).post('/api/setup', { link: body.link, password: PASSWORD, code });
    expect((await use()).body).toMatchObject({ code: 'auth.second-factor-needed' });
    later();
    expect((await use(shown())).status).toBe(200);
    client = new ConsoleClient(town.cloud.url);
    expect((await signIn(shown(1), PASSWORD, client)).status).toBe(200);
  });

  it('cannot be guessed by who has the password, and each wrong code is on record with the account', async () => {
    later();
    const codes: unknown[] = [];
    for (let attempt = 0; attempt < 6; attempt += 1) codes.push((await signIn('000000')).body['code']);
    expect(codes).toEqual([...Array<string>(5).fill('auth.wrong-second-factor'), 'auth.too-many-attempts']);
    const path = '/api/session/second-factor/remove';
    expect((await client.post(path, { password: PASSWORD, code: shown() })).body).toMatchObject({
      code: 'auth.too-many-attempts',
    });
    await town.bench.clock.advance(120_000);
    expect(
      await town.bench.rows(sql`
      select actor from audit_log where action = 'session.refused' and actor = ${id} limit 1`),
    ).toHaveLength(1);
  });

  it('is stored so that who reads the database cannot use it', async () => {
    const [row] = await town.bench.rows(sql<{ sealed: Buffer; recovery: readonly string[] }>`
      select sealed, recovery from second_factors where account_id = ${id}`);
    expect(row?.sealed.includes(secret)).toBe(false);
    expect(row?.recovery.every((hash) => hash.startsWith('$argon2id$'))).toBe(true);
  });

  it('goes with password and code, and ends every session', async () => {
    const path = '/api/session/second-factor/remove';
    expect((await client.post(path, { password: PASSWORD, code: '000000' })).status).toBe(401);
    expect((await client.post(path, { password: PASSWORD, code: shown() })).status).toBe(204);
    expect((await client.get('/api/session')).status).toBe(401);
    expect((await signIn(undefined, PASSWORD, client)).body).toMatchObject({ secondFactor: 'unset' });
  });

  it('is removed by an administrator where the phone is lost, which is on record and ends the sessions', async () => {
    const path = '/api/session/second-factor';
    ({ secret } = (await client.post<{ secret: string }>(path, { password: PASSWORD })).body);
    expect((await client.post(`${path}/confirm`, { code: shown() })).status).toBe(200);
    const { body } = await administrator.get<{ accounts: readonly Account[] }>('/api/accounts');
    expect(body.accounts.filter(({ secondFactor }) => secondFactor).map(({ login }) => login)).toEqual([
      'guarded-manager',
    ]);
    const subject = `/api/accounts/${id}/second-factor`;
    expect((await administrator.call('DELETE', subject)).status).toBe(204);
    expect((await administrator.call('DELETE', subject)).status).toBe(404);
    expect((await client.get('/api/session')).status).toBe(401);
    expect((await signIn()).status).toBe(200);
    const kept = await town.bench.rows(sql`select role from audit_log where subject = ${`DELETE ${subject}`}`);
    expect(kept).toEqual([{ role: 'administrator' }]);
    const own = (await administrator.get<{ account: Account }>('/api/session')).body.account.id;
    expect((await administrator.call('DELETE', `/api/accounts/${own}/second-factor`)).status).toBe(409);
  });

  it('comes first where the role of an account demands it, and from wherever it is guessed there are ten attempts', async () => {
    const auditor = await town.signIn('auditor');
    expect((await auditor.get('/api/session')).body).toMatchObject({
      ...{ secondFactor: 'due', permissions: [], scope: { compounds: [], units: [] } },
    });
    expect((await auditor.get('/api/audit')).body).toMatchObject({ status: 403, code: 'auth.second-factor-due' });
    const path = '/api/session/second-factor';
    ({ secret } = (await auditor.post<{ secret: string }>(path, { password: PASSWORD })).body);
    const statuses: number[] = [];
    const confirm = async (code: string) => (await auditor.post(`${path}/confirm`, { code })).status;
    for (let attempt = 0; attempt < 11; attempt += 1) statuses.push(await confirm('000000'));
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429]);
    await town.bench.clock.advance(300_000);
    expect(await confirm(shown())).toBe(200);
    expect((await auditor.get('/api/audit')).status).toBe(200);
  });
});
