import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { emptyCalendar, recommendedRules } from '@angrid/contract';
import { sql } from 'kysely';
import type { ConsoleClient } from '../testing/console-client.js';
import { type DeclaredRoute, routesOf } from './platform/http/routes.js';
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
      .replace('/reports/:id/original', `/reports/${ids['incident']}/original?grant=${ids['incident']}`)
      .replace(':id', ids['incident'] ?? '');
    const bodies: Record<string, unknown> = {
      '/api/incidents/:id/actions': { action: 'note', note: 'x', version: 1 },
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
  const foreign = guarded.filter(
    ({ path }) => path.startsWith('/api/') && (path.includes(':') || /enrolment-codes|places$/.test(path)),
  );

  it.each(
    foreign
      .filter(({ method, path }) => method !== 'GET' || path.includes(':'))
      .map((route) => [`${route.method} ${route.path}`, route] as const),
  )('%s reaches nothing in another compound', async (_, route) => {
    for (const name of ['manager', 'officer', 'installer'] as const) {
      const { path, body } = aimed(route);
      const answer = await clients.get(name)?.call(route.method, path, body);
      if (answer?.status !== 403) expect([name, answer?.status, answer?.body]).toMatchObject([name, 404, {}]);
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
        const answer = await clients.get(name)?.get(route.path);
        expect([200, 403]).toContain(answer?.status);
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
