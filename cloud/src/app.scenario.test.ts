import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { definitionOf, gatewayPaths, isErrorCode } from '@angrid/contract';
import { type RawBuilder, sql } from 'kysely';
import { aimed } from '../testing/aimed.js';
import type { Answer, ConsoleClient } from '../testing/console-client.js';
import { GatewayClient } from '../testing/gateway-client.js';
import { people, type PersonName, Town } from '../testing/town.js';
import { EAST_UNIT, furnishWest, type WestIds } from '../testing/west-rows.js';
import { permissions, permissionsOf } from './accounts/permissions.js';
import { AppModule, type AppParts } from './app.module.js';
import { type DeclaredRoute, routesOf } from './platform/http/routes.js';
import { type Scope, systemScope, unguardedTables, withScope } from './platform/database/index.js';

const routes = routesOf(AppModule.with({ log: {}, db: {} } as unknown as AppParts));
const known = new Set<string>(['public', 'signed-in', 'gateway', ...Object.keys(permissions)]);

/** The code of a refusal: problem+json, with a code that is registered for its status. */
function codeOf(answer: Answer | undefined): string {
  const code = String(answer?.body['code']);
  if (answer?.headers.get('content-type')?.startsWith('application/problem+json') !== true || !isErrorCode(code))
    throw new Error(`no problem: ${answer?.status} ${JSON.stringify(answer?.body)}`);
  expect([code, definitionOf(code).http]).toEqual([code, answer.status]);
  return code;
}

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
  let ids: WestIds;
  const clients = new Map<PersonName, ConsoleClient>();
  /** People of the east; no two of them may do the same. */
  const easterners = ['manager', 'officer', 'warden', 'installer'] as const;
  const names: readonly PersonName[] = [...easterners, 'auditor', 'administrator', 'outsider'];

  beforeAll(async () => {
    town = await Town.open();
    for (const name of names) clients.set(name, await town.signIn(name));
    ids = await furnishWest(town);
  }, 180_000);
  afterAll(() => town.close());

  const guarded = routes.filter(({ policy }) => policy?.permission !== 'public' && policy?.permission !== 'signed-in');

  /** The grid itself and the playbooks belong to no compound. */
  const isShared = ({ method, path }: DeclaredRoute): boolean =>
    method === 'GET' && /^\/api\/(playbooks|units)\//.test(path);
  /** Names a unit of the grid, whom everybody knows, or the caller's own grant: refused, not hidden. */
  const isRefused = ({ method, path }: DeclaredRoute): boolean =>
    /^\/api\/(playbooks|appraisal\/courses|daily-list\/close|rosters\/(shifts|changes))/.test(path) &&
    `${method} ${path}` !== 'DELETE /api/rosters/shifts/:id';
  const reasons = ['evidence.reason-required', 'live.reason-required'];

  const holds = (name: PersonName, permission = ''): boolean =>
    permissionsOf(people[name].role).some((each) => each === permission);

  const foreign = guarded.filter(
    (route) =>
      route.path.startsWith('/api/') && !isShared(route) && (route.method !== 'GET' || route.path.includes(':')),
  );

  it.each(foreign.map((route) => [`${route.method} ${route.path}`, route] as const))(
    '%s reaches nothing in another compound',
    async (_, route) => {
      const { path, body } = aimed(route, ids);
      for (const name of easterners) {
        const answer = await clients.get(name)?.call(route.method, path, body);
        const may = holds(name, route.policy?.permission);
        const expected = !may || isRefused(route) ? ['auth.forbidden'] : ['subject.not-found', ...reasons];
        expect([name, expected]).toEqual([name, expect.arrayContaining([codeOf(answer)])]);
      }
    },
  );

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
    '/api/rosters': `?unit=${EAST_UNIT}`,
  };

  it('tells nothing of how things go in another compound', async () => {
    for (const name of ['manager', 'officer', 'installer'] as const) {
      const answer = await clients.get(name)?.get('/api/telemetry?series=door.events&compound=west');
      expect([name, answer?.status]).toEqual([name, 404]);
      const unit = await clients
        .get(name)
        ?.get(`/api/telemetry?series=door.events&unit=${EAST_UNIT.replace('/east-b3', '')}`);
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
      for (const name of ['manager', 'officer', 'warden', ...seesGrid] as const) {
        const answer = await clients.get(name)?.get(`${route.path}${asked[route.path] ?? ''}`);
        if (answer?.status !== 200) expect(['auth.forbidden', 'subject.not-found']).toContain(codeOf(answer));
        expect(JSON.stringify(answer?.body)).not.toContain('west');
      }
    },
  );

  it('shows the west to those who see all, and its evidence to none of them', async () => {
    for (const name of ['administrator', 'auditor'] as const) {
      const client = clients.get(name);
      expect(JSON.stringify((await client?.get('/api/incidents'))?.body)).toContain('west');
      const reason = { reason: 'curiosity' };
      const granted = await client?.post(`/api/incidents/${ids.incident}/evidence-grants`, reason);
      expect(granted).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
    }
  });

  it('refuses every guarded route without a session', async () => {
    for (const route of guarded) {
      const { path } = aimed(route, ids);
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
      const { path } = aimed(route, ids);
      if (route.policy?.permission !== 'gateway') continue;
      const answer = await clients.get('administrator')?.call(route.method, path);
      expect([path, answer?.status]).toEqual([path, 403]);
    }
  });

  it('gives a gateway of the east nothing of the west', async () => {
    const client = new GatewayClient(town.cloud.url, town.east.gateway);
    const { body } = await client.post(gatewayPaths.token, town.east.gateway.tokenRequest());
    client.token = String(body?.['token']);
    const { alert, evidence, command, grant } = ids;
    expect((await client.call({ method: 'GET', path: gatewayPaths.trace(alert) })).status).toBe(404);
    expect((await client.offset(evidence)).status).toBe(404);
    expect((await client.put(evidence, 0, Buffer.from('a picture'))).status).toBe(404);
    expect((await client.post(gatewayPaths.liveEnd(grant), { code: 'live.ended' })).status).toBe(410);
    await client.post(gatewayPaths.commandResult, {
      id: command,
      state: 'done',
      finishedAt: town.bench.now.toISOString(),
    });
    const [kept] = await town.bench.rows(
      sql<{ state: string }>`select state from commands where command_id = ${command}`,
    );
    expect(kept).toEqual({ state: 'queued' });
  });

  const anonymous: Readonly<Record<string, readonly [code: string, body?: unknown]>> = {
    'GET /healthz': ['200'],
    'GET /readyz': ['200'],
    'GET /metrics': ['200'],
    'GET /api/notice/:compound': ['subject.not-found'],
    'GET /api/report/:compound': ['subject.not-found'],
    'POST /api/report/:compound': ['subject.not-found', { category: 'hazard', text: 'the light is out' }],
    'PUT /api/report/:compound/picture/:token': ['subject.not-found', Buffer.alloc(4_000_000)],
    'POST /api/report-standing': ['subject.not-found', { code: 'AAAA-BBBB-CCCC' }],
    'GET /api/m/:token': ['leg-link.expired'],
    'POST /api/m/:token': ['leg-link.expired', { action: 'acknowledge' }],
    'POST /api/session': ['auth.wrong-credentials', { login: 'nobody', password: 'nothing at all' }],
    'GET /api/setup/:link': ['auth.link-expired'],
    'POST /api/setup': ['auth.link-expired', { link: 'x', password: 'correct horse battery' }],
    'POST /v1/gateway/enrol': ['input.invalid', {}],
    'POST /v1/gateway/token': ['input.invalid', {}],
  };

  it.each(
    routes
      .filter(({ policy }) => policy?.permission === 'public')
      .map(({ method, path }) => [`${method} ${path}`, method, path] as const),
  )('%s tells a stranger nothing', async (name, method, path) => {
    const [expected, body] = anonymous[name] ?? [];
    const bytes = Buffer.isBuffer(body);
    const response = await fetch(`${town.cloud.url}${path.replaceAll(/:\w+/g, 'nowhere')}`, {
      method,
      ...(body === undefined ? {} : { body: bytes ? body : JSON.stringify(body) }),
      headers: { 'content-type': bytes ? 'application/octet-stream' : 'application/json' },
    });
    const { status, headers } = response;
    if (status === 200) expect(String(status)).toBe(expected);
    else expect(codeOf({ status, headers, body: (await response.json()) as Record<string, unknown> })).toBe(expected);
  });

  /** Tables that hold their rows to a scope by this column. */
  const tablesBy = async (column: string): Promise<readonly string[]> => {
    const { rows } = await town.bench.db.asOwner((owner) =>
      sql<{ name: string }>`
        select tablename as name from pg_policies
        where policyname = 'scope' and qual ~ ${`\\m${column}\\M`} order by 1`.execute(owner),
    );
    return rows.map(({ name }) => name);
  };
  const countIn = (scope: Scope, table: string, foreign: RawBuilder<unknown>): Promise<number> =>
    withScope(town.bench.db.service, scope, async (trx) => {
      const { rows } = await sql<{ count: number }>`
        select count(*)::integer as count from ${sql.table(table)} where ${foreign}`.execute(trx);
      return rows[0]?.count ?? 0;
    });

  it.each([
    [
      'its compounds',
      'compound_id',
      { compounds: ['east'], units: 'all', restricted: ['east'], actor: 'test' },
      sql`compound_id <> 'east'`,
    ],
    [
      'its units',
      'unit_path',
      { compounds: 'all', units: [EAST_UNIT], restricted: 'all', actor: 'test' },
      sql`coalesce(unit_path, '') <> ${EAST_UNIT}`,
    ],
  ] as const)('is held to %s by the database where no query asks for it', async (_, column, scope, foreignRows) => {
    const tables = await tablesBy(column);
    expect(tables.length).toBeGreaterThan(10);
    for (const name of tables) {
      const there = await countIn(systemScope('test'), name, foreignRows);
      const seen = await countIn(scope, name, foreignRows);
      expect([name, there > 0, seen]).toEqual([name, true, 0]);
    }
  });

  it('holds in the database too: a table without a policy cannot be read', async () => {
    expect(await town.bench.db.asOwner(unguardedTables)).toEqual([]);
  });
});
