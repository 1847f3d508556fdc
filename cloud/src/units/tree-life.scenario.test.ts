import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import sharp from 'sharp';
import type { ConsoleClient } from '../../testing/console-client.js';
import { VILLAGE } from '../../testing/gateway-site.js';
import { Town } from '../../testing/town.js';
import { asCsv, generatedVillages, squareAt } from '../../testing/villages.js';

let town: Town;
let administrator: ConsoleClient;
let installer: ConsoleClient;

beforeAll(async () => {
  town = await Town.open();
  administrator = await town.signIn('administrator');
  installer = await town.signIn('installer');
}, 180_000);

afterAll(() => town.close());

interface Preview {
  readonly digest: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly errors: readonly { readonly row: number; readonly what: string }[];
  readonly code?: string;
}

async function upload(query: Readonly<Record<string, string>>, file: string, client = administrator) {
  const url = `${client.url}/api/units/import?${new URLSearchParams(query).toString()}`;
  const headers = { cookie: client.cookie, 'x-csrf-token': client.csrf, 'content-type': 'application/octet-stream' };
  const response = await fetch(url, { method: 'POST', headers, body: file });
  return { status: response.status, body: (await response.json()) as Preview };
}

const pathOf = async (unit: string) =>
  (await town.bench.rows(sql<{ path: string }>`select path from units where unit_id = ${unit}`))[0]?.path;
const incident = async (compound: string) =>
  (
    await town.bench.rows(sql<{ id: string; path: string; state: string }>`
      select incident_id as id, unit_path as path, state from incidents where compound_id = ${compound}
      order by opened_at desc limit 1`)
  )[0];
const forced = () => ({ kind: 'door.forced', device: 'door', at: town.bench.now }) as const;

describe('the villages of a prefecture', () => {
  const csv = asCsv(generatedVillages());
  const query = { tree: 'jinhua', format: 'csv' };

  it('are imported in seconds: first seen, then done, and the second time nothing is left to do', async () => {
    const root = { name: '金华市', kind: 'prefecture', code: '330700' };
    const tree = {
      id: 'jinhua',
      name: { 'zh-CN': '金华', en: 'Jinhua' },
      purpose: 'grid',
      scheme: 'statistical-12',
      root,
    };
    expect((await administrator.post('/api/trees', tree)).status).toBe(200);
    const dry = await upload(query, csv);
    expect(dry.body).toMatchObject({ counts: { added: 3459, errors: 0, gone: 0 } });
    expect(await pathOf('330702101200')).toBeUndefined();

    const done = await upload({ ...query, digest: dry.body.digest }, csv);
    expect([done.status, await pathOf('330702101200')]).toEqual([200, 'jinhua/330702/330702101/330702101200']);
    expect((await upload(query, csv)).body.counts).toMatchObject({ added: 0, changed: 0, moved: 0, unchanged: 3460 });
  }, 60_000);

  it('are not imported against another tree than the one that was seen, nor with a row at fault', async () => {
    const { digest } = (await upload(query, csv)).body;
    const renamed = csv.replace('村1,', '新村,');
    expect((await upload({ ...query, digest }, renamed)).body.code).toBe('import.stale');
    const damaged = '代码,名称\n3.30702E+11,村\n';
    const seen = await upload(query, damaged);
    expect(seen.body.errors).toMatchObject([{ row: 2, what: 'code.scientific' }]);
    expect((await upload({ ...query, digest: seen.body.digest }, damaged)).body.code).toBe('import.refused');
  });

  it('warn by the norms of a playbook, where one is chosen', async () => {
    const district = '代码,名称,类型,上级,级别,人口\n330702101900,甲,urban-district,330702,2,20000\n';
    const counts = async (more: Readonly<Record<string, string>>) =>
      (await upload({ ...query, ...more }, district)).body.counts;
    expect(await counts({})).toMatchObject({ warnings: 0, errors: 0 });
    expect(await counts({ playbook: 'luhe' })).toMatchObject({ warnings: 1, errors: 0 });
  });

  it('are each shown with the norm of the playbook that describes its tree', async () => {
    const root = { name: '六合区', kind: 'district' };
    const tree = {
      id: 'legal-districts',
      name: { 'zh-CN': '片区', en: 'Districts' },
      purpose: 'grid',
      scheme: 'own',
      root,
    };
    expect((await administrator.post('/api/trees', tree)).status).toBe(200);
    const town1 = { id: 'town-1', parent: 'legal-districts-root', kind: 'street', name: '雄州街道', level: 1 };
    await administrator.post('/api/units', town1);
    const district = { id: 'district-1', parent: 'town-1', kind: 'urban-district', name: '第一片区', level: 2 };
    await administrator.post('/api/units', district);
    const { body } = await administrator.call('PUT', '/api/units/district-1', { population: 8200 });
    expect(body).toMatchObject({ population: 8200, norm: 5000 });
    expect((await administrator.get('/api/units/town-1')).body).toMatchObject({ norm: null });
  });

  it('are nobody else’s to change', async () => {
    expect((await upload(query, csv, installer)).status).toBe(403);
  });
});

describe('a unit that moves', () => {
  it('takes open work and those who answer for it along; what is closed keeps its path', async () => {
    const { east, bench } = town;
    const officer = await town.signIn('officer');
    await east.send('alarm', east.items.alert(forced()));
    const old = await incident('east');
    await bench.system((trx) => sql`update incidents set state = 'closed' where incident_id = ${old?.id}`.execute(trx));
    bench.clock.jumpWall(960_000);
    await east.send('alarm', east.items.alert(forced()));
    const open = await incident('east');
    expect(open?.path).toBe(`suxi/${VILLAGE}/east-b3`);

    const other = '330782105201';
    expect((await administrator.post('/api/units/east-b3/move', { parent: other })).status).toBe(200);
    expect((await incident('east'))?.path).toBe(`suxi/${other}/east-b3`);
    const [closed] = await bench.rows(sql`select unit_path from incidents where incident_id = ${old?.id}`);
    expect(closed).toEqual({ unit_path: `suxi/${VILLAGE}/east-b3` });
    const seen = await officer.get<{ incidents: readonly { id: string }[] }>('/api/incidents');
    expect(seen.body.incidents.map(({ id }) => id)).toContain(open?.id);
    const detail = await administrator.get<{ history: readonly { change: string; path: string }[] }>(
      '/api/units/east-b3',
    );
    expect(detail.body.history.map(({ change, path }) => [change, path])).toEqual([
      ['move', `suxi/${other}/east-b3`],
      ['create', `suxi/${VILLAGE}/east-b3`],
    ]);
  });

  it('that is split gives each place to one part, and merged again takes all back', async () => {
    const gate = { compound: 'east', place: 'gate' };
    const parts = [
      { id: 'b3-south', name: '南', places: [gate] },
      { id: 'b3-north', name: '北', places: [] },
    ];
    const lost = parts.map((part) => ({ ...part, places: [] }));
    expect((await administrator.post('/api/units/east-b3/split', { parts: lost })).body).toMatchObject({
      code: 'units.refused',
    });
    await town.bench.clock.advance(1000);
    expect((await administrator.post('/api/units/east-b3/split', { parts })).status).toBe(200);
    expect((await incident('east'))?.path).toBe('suxi/330782105201/b3-south');
    await town.bench.clock.advance(1000);
    expect((await administrator.post('/api/units/b3-south/merge', { into: 'b3-north' })).status).toBe(200);
    expect((await incident('east'))?.path).toBe('suxi/330782105201/b3-north');
    const held = await town.bench.rows(sql<{ unit: string; now: boolean }>`
      select unit_id as unit, upper_inf(valid) as now from place_units where compound_id = 'east' order by lower(valid)`);
    expect(held.map(({ unit, now }) => [unit, now])).toEqual([
      ['east-b3', false],
      ['b3-south', false],
      ['b3-north', true],
    ]);
    const [account] = await town.bench.rows(sql`select unit_paths from accounts where login = 'the-officer'`);
    expect(account).toEqual({ unit_paths: ['suxi/330782105201/b3-north'] });
  });

  it('into its neighbour, is found there by the code that it had, in lists, imports and links', async () => {
    const [gone, stays] = ['330782105210', '330782105211'];
    await town.bench.clock.advance(1000);
    const since = town.bench.now.toISOString();
    expect((await administrator.post(`/api/units/${gone}/merge`, { into: stays })).status).toBe(200);
    const detail = await administrator.get(`/api/units/${stays}`);
    const scheme = 'statistical-12';
    expect(detail.body).toMatchObject({
      codes: [
        { scheme, value: stays },
        { scheme, value: gone, formerSince: since },
      ],
    });
    const { body } = await administrator.get<{ trees: { units: { id: string; codes: string[] }[] }[] }>('/api/units');
    const found = body.trees.flatMap(({ units }) => units).filter(({ codes }) => codes.includes(gone));
    expect(found.map(({ id }) => id)).toEqual([stays]);
    const seen = await upload({ tree: 'suxi', format: 'csv' }, `代码,名称\n${gone},旧村\n`);
    expect(seen.body).toMatchObject({ counts: { added: 0, changed: 0, warnings: 1, errors: 0 } });
    expect(
      (
        await administrator.post('/api/units', {
          parent: VILLAGE,
          kind: 'grid',
          name: '新',
          codes: [{ scheme, value: gone }],
        })
      ).body,
    ).toMatchObject({ code: 'subject.conflict' });
  });
});

describe('linking', () => {
  const outlines = (...units: readonly (readonly [string, number])[]) =>
    JSON.stringify({
      type: 'FeatureCollection',
      features: units.map(([id, west]) => ({
        type: 'Feature',
        properties: { id, name: id },
        geometry: { type: 'Polygon', coordinates: [squareAt([west, 29])] },
      })),
    });
  const draw = async (file: string) => {
    const query = { tree: 'suxi', format: 'geojson' };
    const { digest } = (await upload(query, file)).body;
    return upload({ ...query, digest }, file);
  };
  const unitOf = async (device: string) => {
    const { body } = await installer.get<{ devices: readonly { id: string; unit: { path: string } | null }[] }>(
      '/api/devices',
    );
    return body.devices
      .find(({ id }) => id === device)
      ?.unit?.path.split('/')
      .at(-1);
  };

  it('finds the unit of a place by its position, and anew when the outlines change; what a person chose stays', async () => {
    await installer.post('/api/places', { compound: 'east', id: 'lift', name: '电梯', kind: 'lift' });
    await draw(outlines(['330782105201', 120], ['330782105202', 120.02]));
    const where = { position: { lon: 120.01, lat: 29.01 } };
    expect((await installer.call('PUT', '/api/places/east/lift/position', where)).status).toBe(200);
    const units = () =>
      town.bench.rows(sql<{ unit: string; by: string }>`
        select unit_id as unit, by from place_units where place_id = 'lift' and upper_inf(valid)`);
    expect(await units()).toEqual([{ unit: '330782105201', by: 'geometry' }]);
    await town.bench.clock.advance(1000);
    const again = await draw(outlines(['330782105201', 120.04], ['330782105202', 120]));
    expect(again.status).toBe(200);
    expect(await units()).toEqual([{ unit: '330782105202', by: 'geometry' }]);
    await installer.call('PUT', '/api/places/east/lift', { unit: '330782105207' });
    await installer.call('PUT', '/api/places/east/lift/position', where);
    expect(await units()).toEqual([{ unit: '330782105207', by: 'hand' }]);
  });

  it('finds the unit of a device without a place by its grid code, also a former one, before its position', async () => {
    const { east, bench } = town;
    await east.send(
      'alarm',
      east.items.provision(bench.now, { op: 'device.upsert', device: 'p9', kind: 'panel', name: '九' }),
    );
    expect(await unitOf('p9')).toBeUndefined();
    await installer.call('PUT', '/api/devices/east/p9/position', { position: { lon: 120.01, lat: 29.01 } });
    expect(await unitOf('p9')).toBe('330782105202');
    await installer.call('PUT', '/api/devices/east/p9/position', { gridCode: '330782105210' });
    expect(await unitOf('p9')).toBe('330782105211');
    await installer.call('PUT', '/api/devices/east/p9/position', { gridCode: '330782105208' });
    expect(await unitOf('p9')).toBe('330782105208');
    await east.send('alarm', east.items.alert({ ...forced(), device: 'p9' }));
    expect((await incident('east'))?.path).toBe('suxi/330782105208');
  });

  it('two outlines that overlap are refused with both names, and nothing is drawn', async () => {
    const file = outlines(['330782105205', 120.06], ['330782105209', 120.07]);
    const { status, body } = await draw(file);
    expect([status, body.code]).toEqual([422, 'import.refused']);
  });

  it('what has no unit is counted, and somebody owns the list', async () => {
    const { east, bench } = town;
    await east.send(
      'alarm',
      east.items.provision(bench.now, { op: 'device.upsert', device: 'p10', kind: 'panel', name: '十' }),
    );
    const { body } = await installer.get('/api/linking');
    expect(body).toMatchObject({
      devices: 2,
      owner: { duty: 'registrar', appointed: false, labels: expect.arrayContaining(['administrator']) },
    });
  });

  it('draws a unit with what is below it and what stands in it', async () => {
    const { body } = await administrator.get<{ below: readonly { id: string }[]; devices: readonly { id: string }[] }>(
      '/api/units/330782105/map',
    );
    expect(body.below.map(({ id }) => id)).toEqual(['330782105201', '330782105202']);
    expect(body.devices.map(({ id }) => id)).toEqual(['p9']);
  });
});

describe('a second tree over the same places', () => {
  it('of the police shows its officers what lies wholly in their district, and nothing else', async () => {
    const { bench, west } = town;
    const root = { name: '义乌分局', kind: 'station' };
    const tree = { id: 'police', name: { 'zh-CN': '警务', en: 'Police' }, purpose: 'police', scheme: 'own', root };
    await administrator.post('/api/trees', tree);
    await administrator.post('/api/units', { id: 'beat', parent: 'police-root', kind: 'beat', name: '一警区' });
    await west.send('alarm', west.items.alert(forced()));
    const path = 'police/beat';
    const desk = await town.signIn('desk');
    await bench.system((trx) =>
      sql`update accounts set unit_paths = ${[path]}::text[] where login = 'the-desk'`.execute(trx),
    );
    const seen = async () =>
      (await desk.get<{ incidents: readonly { compound: { id: string } }[] }>('/api/incidents')).body.incidents;
    expect(await seen()).toEqual([]);
    await administrator.post('/api/places', {
      compound: 'west',
      id: 'back',
      name: '后门',
      kind: 'gate',
      unit: 'west-b3',
    });
    await administrator.call('PUT', '/api/places/west/gate', { unit: 'beat' });
    expect(await seen()).toEqual([]);
    await administrator.call('PUT', '/api/places/west/back', { unit: 'beat' });
    expect((await seen()).map(({ compound }) => compound.id)).toEqual(['west']);
    expect((await incident('west'))?.path).toBe(`suxi/${VILLAGE}/west-b3`);
  });
});

describe('the registers', () => {
  it('hold facilities, premises and houses; members of a group, and no person', async () => {
    await administrator.post('/api/units', { id: 'shops', parent: VILLAGE, kind: 'shop-row', name: '商铺十户' });
    const shop = {
      compound: 'west',
      id: 'noodles',
      register: 'premises',
      name: '面馆',
      kind: 'restaurant',
      unit: 'shops',
    };
    expect((await administrator.post('/api/registers', shop)).body).toMatchObject({ code: 'units.refused' });
    await administrator.call('PUT', '/api/units/shops', { form: 'group' });
    expect((await administrator.post('/api/registers', shop)).status).toBe(200);
    const called = { ...shop, id: 'other', name: '面馆 13812345678' };
    expect((await administrator.post('/api/registers', called)).body).toMatchObject({ code: 'input.invalid' });
    const { body } = await administrator.get('/api/units/shops');
    expect(body).toMatchObject({ form: 'group', members: [{ entry: 'noodles', register: 'premises' }] });
  });

  it('are seen by the units that they stand in, and by no other', async () => {
    const names = async (person: 'member' | 'officer' | 'manager') => {
      const client = await town.signIn(person);
      const { body } = await client.get<{ entries: readonly { id: string }[] }>('/api/registers');
      return body.entries.map(({ id }) => id);
    };
    expect([await names('member'), await names('officer'), await names('manager')]).toEqual([['noodles'], [], []]);
    await administrator.call('DELETE', '/api/registers/west/noodles');
    expect(await names('member')).toEqual([]);
  });
});

describe('a floor plan', () => {
  const draw = async (picture: Buffer) => {
    const url = `${installer.url}/api/floor-plans?${new URLSearchParams({ compound: 'east', name: '3 号楼一层' }).toString()}`;
    const headers = {
      cookie: installer.cookie,
      'x-csrf-token': installer.csrf,
      'content-type': 'application/octet-stream',
    };
    const response = await fetch(url, { method: 'POST', headers, body: picture });
    return {
      status: response.status,
      body: (await response.json()) as { readonly id: string; readonly code?: string },
    };
  };
  const hang = async (device: string, spot: unknown) =>
    (await installer.call('PUT', `/api/devices/${device}/spot`, { spot })).status;
  const plansOf = async (client: ConsoleClient) =>
    (await client.get<{ plans: unknown[] }>('/api/floor-plans')).body.plans;

  it('shows where devices hang, to those who see one of them', async () => {
    const [officer, outsider] = [await town.signIn('officer'), await town.signIn('outsider')];
    expect((await draw(Buffer.from('<svg/>'))).body.code).toBe('plan.picture-refused');
    const blank = sharp({ create: { width: 200, height: 100, channels: 3, background: '#ffffff' } });
    const { id } = (await draw(await blank.png().toBuffer())).body;

    expect(await hang('east/door', { plan: 'another', x: 0.25, y: 0.5 })).toBe(404);
    expect(await hang('west/door', { plan: id, x: 0.25, y: 0.5 })).toBe(404);
    expect(await hang('east/door', { plan: id, x: 0.25, y: 1.5 })).toBe(400);
    expect(await plansOf(officer)).toEqual([]);
    expect(await hang('east/door', { plan: id, x: 0.75, y: 0.5 })).toBe(200);
    expect(await hang('east/door', { plan: id, x: 0.25, y: 0.5 })).toBe(200);
    expect(await plansOf(officer)).toMatchObject([
      { id, name: '3 号楼一层', width: 200, height: 100, devices: [{ id: 'door', x: 0.25, y: 0.5 }] },
    ]);
    expect(await plansOf(outsider)).toEqual([]);

    const picture = `/api/floor-plans/east/${id}/picture`;
    expect((await officer.get(picture)).headers.get('content-type')).toBe('image/png');
    expect((await outsider.get(picture)).status).toBe(404);
    expect(await hang('east/door', null)).toBe(200);
    expect((await officer.get(picture)).status).toBe(404);
    expect((await installer.call('DELETE', `/api/floor-plans/east/${id}`)).status).toBe(204);
    expect(await plansOf(installer)).toEqual([]);
  });
});
