import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { recommendedRules, type SiteConfig } from '@angrid/contract';
import { sql } from 'kysely';
import type { ConsoleClient } from '../../testing/console-client.js';
import { Town } from '../../testing/town.js';
import type { SiteRules } from '../sites/rules.js';

jest.setTimeout(60_000);

let town: Town;
let manager: ConsoleClient;
const PATH = '/api/compounds/east/rules';

beforeAll(async () => {
  town = await Town.open();
  manager = await town.signIn('manager');
}, 180_000);
afterAll(() => town.close());

async function current(): Promise<SiteRules> {
  return (await manager.get<SiteRules>(PATH)).body;
}

async function put(
  change: Record<string, unknown>,
  by = manager,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const { version, night, rules, calendar } = await current();
  return by.call('PUT', PATH, { version, night, rules, calendar, ...change });
}

async function siteNow(): Promise<SiteConfig> {
  const [row] = await town.bench.rows(sql<{ config: SiteConfig }>`
    select config from site_configs where compound_id = 'east' order by version desc limit 1`);
  if (!row) throw new Error('the compound has no configuration');
  return row.config;
}

interface Entry {
  readonly subject: string;
  readonly action: string;
  readonly role: string;
}

describe('the rules of a compound', () => {
  it('begin as recommended', async () => {
    expect(await current()).toMatchObject({
      version: 1,
      timezone: 'Asia/Shanghai',
      rules: recommendedRules,
      recommended: recommendedRules,
      calendar: { dates: [], periods: [] },
      devices: [
        { id: 'cam', behind: null },
        { id: 'door', rules: {}, doors: [], behind: null },
      ],
    });
  });

  it('go down to the gateway with the next version of the site, calendar and single doors with them', async () => {
    const before = await siteNow();
    const calendar = {
      dates: [{ date: '2026-10-01', day: 'holiday', name: '国庆节' }],
      periods: [{ id: 'market', name: '早市', days: ['sat', 'sun'], hours: '06:00-09:00' }],
    };
    const rules = {
      ...recommendedRules,
      tailgating: { on: false },
      heldOpen: { on: true, periods: [{ period: 'market', seconds: 600 }] },
    };
    const door = {
      id: 'door',
      heldOpenSeconds: 90,
      rules: { forced: { on: true, except: ['market'] } },
      doors: [],
      behind: null,
    };
    const { status, body } = await put({ rules, calendar, night: '23:00-05:00', devices: [door] });
    expect({ status, version: body['version'] }).toEqual({ status: 200, version: 2 });
    const site = await siteNow();
    expect(site).toMatchObject({ version: before.version + 1, site: { night: '23:00-05:00' }, rules, calendar });
    expect(site.devices.find(({ id }) => id === 'door')).toMatchObject({ heldOpenSeconds: 90, rules: door.rules });
    const [command] = await town.bench.rows(sql<{ version: number }>`
      select (command -> 'params' -> 'config' ->> 'version')::integer as version from commands
      where compound_id = 'east' and type = 'config.apply' and state = 'queued'`);
    expect(command?.version).toBe(site.version);
  });

  it('are not overwritten by somebody who saw an older version', async () => {
    const version = (await siteNow()).version;
    expect(await put({ version: 1 })).toMatchObject({ status: 409, body: { code: 'subject.conflict' } });
    expect((await siteNow()).version).toBe(version);
  });

  it.each([
    [
      'a period that no calendar has',
      { rules: { ...recommendedRules, heldOpen: { on: true, periods: [{ period: 'noon', seconds: 9 }] } } },
    ],
    ['a limit of nothing', { rules: { ...recommendedRules, heldOpenSeconds: { day: 0, night: 30 } } }],
    ['hours that no clock shows', { night: '25:00-06:00' }],
    [
      'a day that is given twice',
      {
        calendar: {
          dates: [
            { date: '2026-10-01', day: 'holiday' },
            { date: '2026-10-01', day: 'mon' },
          ],
          periods: [],
        },
      },
    ],
    [
      'a device behind itself',
      { devices: [{ id: 'door', heldOpenSeconds: null, rules: {}, doors: [], behind: 'door' }] },
    ],
    [
      'a device behind one that is not there',
      { devices: [{ id: 'door', heldOpenSeconds: null, rules: {}, doors: [], behind: 'switch' }] },
    ],
  ])('refuse %s, and nothing changes', async (_, change) => {
    const { version } = await siteNow();
    const calendar = { dates: [], periods: [] };
    expect(await put({ rules: recommendedRules, calendar, ...change })).toMatchObject({
      status: 400,
      body: { code: 'input.invalid' },
    });
    expect((await siteNow()).version).toBe(version);
  });

  it('name the device that hangs behind another one, and let it go with that', async () => {
    const behind = { id: 'door', heldOpenSeconds: null, rules: {}, doors: [], behind: 'cam' };
    expect((await put({ devices: [behind] })).status).toBe(200);
    expect((await siteNow()).devices.find(({ id }) => id === 'door')).toMatchObject({ behind: 'cam' });
    const { east, bench } = town;
    await east.send('alarm', east.items.provision(bench.now, { op: 'device.remove', device: 'cam' }));
    expect((await siteNow()).devices).toEqual([expect.not.objectContaining({ behind: 'cam' })]);
    expect((await put({})).status).toBe(200);
  });

  it('are changed by those whose work it is, in their compound, and it is on record', async () => {
    const may = {
      administrator: 200,
      installer: 200,
      manager: 200,
      neighbour: 404,
      officer: 403,
      member: 403,
      auditor: 403,
    } as const;
    for (const [name, status] of Object.entries(may) as [keyof typeof may, number][]) {
      expect({ name, ...(await put({}, await town.signIn(name))) }).toMatchObject({ name, status });
    }
    const auditor = await town.signIn('auditor');
    expect((await auditor.get(PATH)).status).toBe(200);
    const { body } = await auditor.get<{ entries: Entry[] }>('/api/audit?limit=200');
    const tried = body.entries.filter(({ subject }) => subject === `PUT ${PATH}`);
    const rolesOf = (action: string) =>
      new Set(tried.filter((entry) => entry.action === action).map(({ role }) => role));
    expect(rolesOf('rules.manage')).toEqual(new Set(['administrator', 'installer', 'property-manager']));
    expect(rolesOf('rules.manage.refused')).toEqual(new Set(['police', 'grid-member', 'auditor']));
  });

  it('take a change of the compound’s own facts for a new version only where it touches them', async () => {
    const { version } = await current();
    const administrator = await town.signIn('administrator');
    await administrator.call('PUT', '/api/compounds/east', { name: '东小区', restrictedToManagers: true });
    expect((await current()).version).toBe(version);
    await administrator.call('PUT', '/api/compounds/east', { night: '22:00-06:00' });
    expect((await current()).version).toBe(version + 1);
  });
});
