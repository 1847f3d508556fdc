import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsoleClient, firstAdministrator, PASSWORD } from '../../testing/console-client.js';
import { startTemporaryCloud, type TemporaryCloud } from '../../testing/temporary-cloud.js';

let cloud: TemporaryCloud;
let administrator: ConsoleClient;

beforeAll(async () => {
  cloud = await startTemporaryCloud();
  administrator = await firstAdministrator(cloud);
}, 120_000);
afterAll(() => cloud.stop());

describe('signing in', () => {
  it('uses the set-up link once', async () => {
    const link = cloud.setupLink?.split('#')[1];
    const again = await new ConsoleClient(cloud.url).post('/api/setup', { link, password: PASSWORD });
    expect(again).toMatchObject({ status: 410, body: { code: 'auth.link-expired' } });
  });

  it('tells the session who it is, and nobody else', async () => {
    const session = await administrator.get('/api/session');
    expect(session).toMatchObject({
      status: 200,
      body: { account: { login: 'admin', role: 'administrator' }, scope: { compounds: 'all', units: 'all' } },
    });
    const stranger = await new ConsoleClient(cloud.url).get('/api/session');
    expect(stranger).toMatchObject({ status: 401, body: { code: 'auth.required' } });
  });

  it('answers a wrong password and an unknown login alike', async () => {
    const client = new ConsoleClient(cloud.url);
    const wrong = await client.post('/api/session', { login: 'admin', password: 'wrong' });
    const unknown = await client.post('/api/session', { login: 'nobody', password: 'wrong' });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'auth.wrong-credentials' } });
    expect(unknown.body).toEqual(wrong.body);
  });

  it('bounds guessing by login and address', async () => {
    const client = new ConsoleClient(cloud.url);
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 6; attempt += 1) {
      statuses.push((await client.post('/api/session', { login: 'guessed', password: 'wrong' })).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('ends the session when the person leaves', async () => {
    const client = new ConsoleClient(cloud.url);
    await client.post('/api/session', { login: 'admin', password: PASSWORD });
    const { cookie } = client;
    expect((await client.call('DELETE', '/api/session')).status).toBe(204);
    client.cookie = cookie;
    expect((await client.get('/api/session')).status).toBe(401);
  });

  it('leaves the session before where a browser signs in anew', async () => {
    const client = new ConsoleClient(cloud.url);
    await client.post('/api/session', { login: 'admin', password: PASSWORD });
    const { cookie } = client;
    await client.post('/api/session', { login: 'admin', password: PASSWORD });
    expect(client.cookie).not.toBe(cookie);
    const before = new ConsoleClient(cloud.url);
    before.cookie = cookie;
    expect((await before.get('/api/session')).status).toBe(401);
  });

  it('refuses an unsafe request without the token of the session, or from another site', async () => {
    const client = new ConsoleClient(cloud.url);
    await client.post('/api/session', { login: 'admin', password: PASSWORD });
    client.csrf = 'x';
    expect((await client.call('DELETE', '/api/session')).body).toMatchObject({ code: 'auth.cross-site' });
    const foreign = await fetch(`${cloud.url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://elsewhere.example' },
      body: JSON.stringify({ login: 'admin', password: PASSWORD }),
    });
    expect(foreign.status).toBe(403);
  });
});

describe('over HTTPS', () => {
  const post = (path: string, body: object): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const options = {
        method: 'POST',
        ca: cloud.certificateAuthority,
        headers: { 'content-type': 'application/json' },
      };
      request(`${cloud.httpsUrl}${path}`, options, resolve).on('error', reject).end(JSON.stringify(body));
    });

  it('is trusted by the cloud’s own CA, and the cookie goes nowhere else', async () => {
    const answer = await post('/api/session', { login: 'admin', password: PASSWORD });
    answer.resume();
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['strict-transport-security']).toMatch(/max-age=\d{7,}/);
    const [cookie] = answer.headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; Secure/);
    expect(cookie).toMatch(/; SameSite=Strict/);
  });
});

describe('every answer', () => {
  it('carries the security headers, and data are never kept', async () => {
    const { headers } = await administrator.get('/api/overview');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  it('is a problem in the language of the reader where an address is unknown', async () => {
    const response = await fetch(`${cloud.url}/api/unknown`, { headers: { 'accept-language': 'en' } });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ code: 'subject.not-found', title: 'There is no such thing' });
  });
});

describe('an empty cloud', () => {
  it('shows its overview, incidents, alerts and doors', async () => {
    expect((await administrator.get('/api/overview')).body).toMatchObject({ incidents: { open: 0 }, unlinked: 0 });
    expect((await administrator.get('/api/incidents?state=open')).body).toEqual({ incidents: [], next: null });
    expect((await administrator.get('/api/alerts?q=x&unit=suxi&severity=1,2')).body).toEqual({
      alerts: [],
      next: null,
    });
    expect((await administrator.get('/api/doors?q=x&unit=suxi')).body).toEqual({ doors: [] });
    expect((await fetch(`${cloud.url}/healthz`)).status).toBe(200);
  });
});
