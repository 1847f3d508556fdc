import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { emptyCalendar, recommendedRules } from '@angrid/contract';
import { sql } from 'kysely';
import type { ConsoleClient } from '../testing/console-client.js';
import { type DeclaredRoute, routesOf } from './platform/http/routes.js';
import { VILLAGE } from '../testing/gateway-site.js';
import { type PersonName, Town } from '../testing/town.js';
import { permissions } from './accounts/permissions.js';
import { AppModule, type AppParts } from './app.module.js';
import { unguardedTables, withScope } from './platform/database/index.js';

const routes = routesOf(AppModule.with({ log: {}, db: {} } as unknown as AppParts));
const known = new Set<string>(['public', 'signed-in', 'gateway', ...Object.keys(permissions)]);

describe('every route', () => {
  it('is found', () => {
    expect(routes.length).toBeGreaterThan(35);
  });

  it.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    '%s says who may call it',
    (_, route) => {
      expect(known).toContain(route.policy?.permission);
      const changes = route.method !== 'GET' && route.method !== 'HEAD';
      const isPersons = route.policy?.permission !== 'gateway';
      if (changes && isPersons) expect(route.policy?.audit).not.toBe('none');
      if (route.policy?.permission?.startsWith('evidence.')) expect(route.policy.audit).toBe('evidence');
    },
  );
});

describe('the scope of the caller', () => {
  let town: Town;
  const clients = new Map<PersonName, ConsoleClient>();
  const ids: Record<string, string> = {};
  const names: readonly PersonName[] = ['manager', 'officer', 'installer', 'auditor', 'administrator'];

  beforeAll(async () => {
    town = await Town.open();
    for (const name of names) clients.set(name, await town.signIn(name));
    const { west, bench } = town;
    const forced = { kind: 'door.forced', device: 'door', at: bench.now } as const;
    const piece = west.items.evidence({
      camera: 'cam',
      at: bench.now,
      alerts: [west.items.alertId(forced)],
      bytes: Buffer.from('a picture'),
    });
    await west.send('alarm', west.items.event(forced), west.items.alert(forced));
    await west.send('media', piece);
    const [incident] = await bench.rows(sql<{ id: string }>`select incident_id as id from incidents`);
    const [account] = await bench.rows(
      sql<{ id: string }>`select account_id as id from accounts where login = 'the-auditor'`,
    );
    Object.assign(ids, { incident: incident?.id, evidence: piece.data.evidence, account: account?.id });
  }, 180_000);
  afterAll(() => town.close());

  /** The route with ids of the west, and a body that would be accepted there. */
  const aimed = ({ method, path }: DeclaredRoute): { path: string; body?: unknown } => {
    const filled = path
      .replace('/incidents/:id', `/incidents/${ids['incident']}`)
      .replace('/evidence/:id/content', `/evidence/${ids['evidence']}/content?grant=${ids['incident']}`)
      .replace('/evidence/:id', `/evidence/${ids['evidence']}`)
      .replace('/gateways/:id', `/gateways/${town.west.gateway.id}`)
      .replace('/accounts/:id', `/accounts/${ids['account']}`)
      .replace('/compounds/:id', '/compounds/west')
      .replace(':compound', 'west')
      .replace(':device', 'door')
      .replace(':place', 'gate')
      .replace(':entry', '1')
      .replace(':unit', 'west-b3')
      .replace(':leg', ids['incident'] ?? '')
      .replace('/reports/:id/original', `/reports/${ids['incident']}/original?grant=${ids['incident']}`)
      .replace(':id', ids['incident'] ?? '');
    const bodies: Record<string, unknown> = {
      '/api/incidents/:id/actions': { action: 'note', note: 'x', version: 1 },
      '/api/incidents/:id/legs/:leg/answers': { answer: 'acknowledged' },
      '/api/incidents/:id/merge': { into: ids['account'], version: 1 },
      '/api/incidents/:id/split': { alerts: ['x'], version: 1 },
      '/api/places/:compound/:id/position': { position: { lon: 120, lat: 29 } },
      '/api/devices/:compound/:id/position': { position: { lon: 120, lat: 29 } },
      '/api/incidents/:id/evidence-grants': { reason: 'to see it' },
      '/api/cameras/:compound/:device/live': { reason: 'to see it' },
      '/api/evidence/:id/fetch': { grantId: ids['incident'] },
      '/api/evidence/:id/original': { grantId: ids['incident'] },
      '/api/devices/:compound/:device/place': { place: 'gate' },
      '/api/doors/:compound/:device/cameras': { cameras: ['cam'] },
      '/api/compounds/:id/rules': {
        version: 1,
        night: '22:00-06:00',
        rules: recommendedRules,
        calendar: emptyCalendar,
      },
      '/api/places': { compound: 'west', name: 'x', kind: 'gate' },
      '/api/places/:compound/:place': { name: 'x' },
      '/api/gateways/enrolment-codes': { compound: 'west' },
      '/api/gateways/:id/revoke': { reason: 'not ours' },
      '/api/compounds/:id': { name: 'x' },
      '/api/accounts/:id': { label: 'x' },
      '/api/appraisal/points/:entry/correct': { reason: 'not theirs' },
      '/api/patrols/:id/rounds': { seen: [{ item: 'cam', state: 'in-order' }] },
    };
    return method === 'GET' ? { path: filled } : { path: filled, body: bodies[path] ?? {} };
  };

  const guarded = routes.filter(({ policy }) => policy?.permission !== 'public' && policy?.permission !== 'signed-in');
  /** The grid itself and the playbooks belong to no compound. */
  const isShared = ({ method, path }: DeclaredRoute): boolean =>
    path.startsWith('/api/playbooks/') || (method === 'GET' && path.startsWith('/api/units/'));

  const foreign = guarded.filter(
    ({ path }) => path.startsWith('/api/') && (path.includes(':') || /enrolment-codes|places$/.test(path)),
  );

  it.each(
    foreign
      .filter((route) => !isShared(route) && (route.method !== 'GET' || route.path.includes(':')))
      .map((route) => [`${route.method} ${route.path}`, route] as const),
  )('%s reaches nothing in another compound', async (_, route) => {
    for (const name of ['manager', 'officer', 'installer'] as const) {
      const { path, body } = aimed(route);
      const answer = await clients.get(name)?.call(route.method, path, body);
      if (answer?.status !== 403) expect([name, answer?.status, answer?.body]).toMatchObject([name, 404, {}]);
    }
  });

  it('shows a unit of the grid to everybody, and nothing that stands in it of another compound', async () => {
    for (const path of ['/api/units/west-b3', '/api/units/west-b3/map']) {
      for (const name of ['manager', 'officer', 'installer'] as const) {
        const answer = await clients.get(name)?.get(path);
        if (answer?.status === 403) continue;
        expect([path, name, JSON.stringify(answer?.body)]).toEqual([path, name, expect.not.stringContaining('"west"')]);
      }
    }
  });

  /** What a list must be asked for to answer at all: of the caller's own. */
  const asked: Readonly<Record<string, string>> = {
    '/api/telemetry': '?series=door.events&compound=east',
    '/api/rosters': `?unit=suxi/${VILLAGE}/east-b3`,
  };

  it('tells nothing of how things go in another compound', async () => {
    for (const name of ['manager', 'officer', 'installer'] as const) {
      const answer = await clients.get(name)?.get('/api/telemetry?series=door.events&compound=west');
      expect([name, answer?.status]).toEqual([name, 404]);
      const unit = await clients.get(name)?.get(`/api/telemetry?series=door.events&unit=suxi/${VILLAGE}`);
      expect([name, unit?.status]).toEqual([name, 404]);
    }
  });

  const lists = guarded.filter(
    ({ method, path }) => method === 'GET' && path.startsWith('/api/') && !path.includes(':'),
  );

  it.each(lists.map((route) => [route.path, route] as const))(
    'GET %s shows nothing of another compound',
    async (_, route) => {
      // The grid itself is public, and an installer chooses from all of it.
      const seesGrid = route.path === '/api/units' ? [] : (['installer'] as const);
      for (const name of ['manager', 'officer', ...seesGrid] as const) {
        const answer = await clients.get(name)?.get(`${route.path}${asked[route.path] ?? ''}`);
        expect(asked[route.path] === undefined ? [200, 403] : [200, 403, 404]).toContain(answer?.status);
        expect(JSON.stringify(answer?.body)).not.toContain('west');
      }
    },
  );

  it('shows the west to those who see all, and its evidence to none of them', async () => {
    for (const name of ['administrator', 'auditor'] as const) {
      const client = clients.get(name);
      expect(JSON.stringify((await client?.get('/api/incidents'))?.body)).toContain('west');
      const reason = { reason: 'curiosity' };
      const granted = await client?.post(`/api/incidents/${ids['incident']}/evidence-grants`, reason);
      expect(granted).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
    }
  });

  it('refuses every guarded route without a session', async () => {
    for (const route of guarded) {
      const { path } = aimed(route);
      const response = await fetch(`${town.cloud.url}${path}`, { method: route.method });
      expect([path, response.status]).toEqual([path, 401]);
    }
  });

  it('tells everybody who is signed in, and nobody else, what it can be asked', async () => {
    const { status, body } = (await clients.get('officer')?.get('/api/openapi.json')) ?? {};
    expect(status).toBe(200);
    expect(Object.keys(body?.['paths'] as object)).toContain('/api/incidents/{id}');
    expect((await fetch(`${town.cloud.url}/api/openapi.json`)).status).toBe(401);
  });

  it('gives a gateway no route of people, and people none of a gateway', async () => {
    for (const route of guarded) {
      const { path } = aimed(route);
      if (route.policy?.permission !== 'gateway') continue;
      const answer = await clients.get('administrator')?.call(route.method, path);
      expect([path, answer?.status]).toEqual([path, 403]);
    }
  });

  it('is held by the database where no query asks for it', async () => {
    const { rows: tables } = await town.bench.db.asOwner((owner) =>
      sql<{ name: string }>`
        select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relkind in ('r', 'p') and not c.relispartition and c.relrowsecurity and a.attname = 'compound_id'
        order by 1`.execute(owner),
    );
    expect(tables.length).toBeGreaterThan(15);
    const scope = { compounds: ['east'], units: 'all', actor: 'test' } as const;
    for (const { name } of tables) {
      const seen = await withScope(town.bench.db.service, scope, async (trx) => {
        const { rows } = await sql<{ id: string }>`select distinct compound_id as id from ${sql.table(name)}`.execute(
          trx,
        );
        return rows.map(({ id }) => id).filter((id) => id !== 'east');
      });
      expect([name, seen]).toEqual([name, []]);
    }
  });

  it('holds in the database too: a table without a policy cannot be read', async () => {
    expect(await town.bench.db.asOwner(unguardedTables)).toEqual([]);
  });
});
