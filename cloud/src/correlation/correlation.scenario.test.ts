import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test } from '@jest/globals';
import type { EventKind, Localized } from '@angrid/contract';
import fc from 'fast-check';
import { sql } from 'kysely';
import { type BenchSite, CloudBench } from '../../testing/gateway-site.js';
import { loadSite } from './load-neighbourhood.js';
import type { Relation } from './rule-set.js';

let bench: CloudBench;
let site: BenchSite;

beforeAll(async () => {
  bench = await CloudBench.open();
});

afterAll(() => bench.close());

beforeEach(async () => {
  site = await freshSite();
});

afterEach(() => bench.clock.advance(3_600_000));

async function freshSite(): Promise<BenchSite> {
  const fresh = await bench.openSite();
  await fresh.furnish();
  return fresh;
}

interface Raised {
  readonly seconds?: number;
  readonly late?: boolean;
  readonly exercise?: boolean;
}

/** Raises an alert some seconds from now. */
async function raise(device: string, kind: EventKind, { seconds = 0, ...how }: Raised = {}): Promise<void> {
  const at = new Date(bench.now.getTime() + seconds * 1000);
  await site.send('alarm', site.items.alert({ kind, device, at, ...how }));
}

interface Incident {
  readonly id: string;
  readonly kind: string;
  readonly severity: number;
  readonly confirmed: string | null;
  readonly why: Localized;
  readonly unit: string | null;
  readonly alerts: readonly string[];
  readonly legs: readonly string[];
}

async function incidents(of = site): Promise<readonly Incident[]> {
  return bench.rows(sql<Incident>`
    select i.incident_id as id, i.kind, i.severity, i.confirmed_by as confirmed, i.why, i.unit_path as unit,
      array(select a.kind from alerts a where a.incident_id = i.incident_id order by a.started_at, a.kind) as alerts,
      array(select l.role from legs l where l.incident_id = i.incident_id order by l.role) as legs
    from incidents i where i.compound_id = ${of.compound} order by i.opened_at, i.incident_id`);
}

const OFFICERS = ['four-platforms', 'handling-officer', 'responsible-officer'];

describe('a forced door with motion at its camera', () => {
  it.each([
    ['the door first', 0, 12],
    ['the camera first', 12, 0],
  ])('is one incident with the three police legs: %s', async (_, doorAt, cameraAt) => {
    const raises = [
      () => raise('door', 'door.forced', { seconds: doorAt }),
      () => raise('cam', 'motion.started', { seconds: cameraAt }),
    ];
    for (const step of doorAt < cameraAt ? raises : raises.reverse()) await step();
    const found = await incidents();
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      kind: 'door.forced',
      confirmed: 'two-sources',
      unit: `suxi/330782105200/${site.compound}-b3`,
      legs: [...OFFICERS, 'property-manager'].sort(),
    });
    expect([...(found[0]?.alerts ?? [])].sort()).toEqual(['door.forced', 'motion.started']);
  });

  it('says why in both languages', async () => {
    await raise('door', 'door.forced');
    await raise('cam', 'motion.started', { seconds: 12 });
    expect((await incidents())[0]?.why).toEqual({
      'zh-CN': '东门门禁：强行开门，12 秒后对着该门的东门摄像机：画面移动',
      en: '东门门禁: Door forced; 东门摄像机, which looks at this door: Motion 12 s later',
    });
  });

  it('is nothing for officers where they lie further apart than the window', async () => {
    await raise('door', 'door.forced');
    await raise('cam', 'motion.started', { seconds: 61 });
    expect(await incidents()).toMatchObject([{ alerts: ['door.forced'], confirmed: null, legs: ['property-manager'] }]);
  });

  it('opens each leg once, however many alerts follow', async () => {
    await raise('door', 'door.forced');
    await raise('cam', 'motion.started', { seconds: 1 });
    await raise('cam', 'motion.started', { seconds: 2 });
    await raise('door', 'tamper.device', { seconds: 3 });
    expect((await incidents())[0]?.legs).toEqual([...OFFICERS, 'property-manager'].sort());
  });

  it('calls the officers also where the door had only stood open before', async () => {
    await raise('door', 'door.held_open');
    await raise('cam', 'motion.started', { seconds: 5 });
    expect((await incidents())[0]?.confirmed).toBeNull();
    await raise('door', 'door.forced', { seconds: 10 });
    expect(await incidents()).toMatchObject([
      { confirmed: 'two-sources', alerts: expect.arrayContaining(['door.forced']) },
    ]);
  });

  it('joins what its camera had raised by itself, and moves it to the door', async () => {
    await raise('cam', 'tamper.camera');
    expect(await incidents()).toMatchObject([{ kind: 'tamper.camera', unit: null, legs: ['property-manager'] }]);
    await raise('door', 'door.forced', { seconds: 8 });
    expect(await incidents()).toMatchObject([
      { kind: 'door.forced', unit: expect.stringContaining('b3'), confirmed: 'two-sources' },
    ]);
  });
});

describe('alone', () => {
  test('motion is no incident', async () => {
    await raise('cam', 'motion.started');
    expect(await incidents()).toEqual([]);
  });

  test('a forced door informs the property manager and nobody else', async () => {
    await raise('door', 'door.forced');
    expect(await incidents()).toMatchObject([{ confirmed: null, legs: ['property-manager'] }]);
  });

  test('a signal of severity 1 goes to the confirmer as well, with a time to answer', async () => {
    await raise('door', 'sos.raised');
    expect((await incidents())[0]?.legs).toEqual(['confirmer', 'property-manager']);
    const [leg] = await bench.rows(sql<{ due: Date }>`
      select due_at as due from legs where compound_id = ${site.compound} and role = 'confirmer'`);
    expect(leg?.due).toEqual(new Date(bench.now.getTime() + 30_000));
  });

  test('a door that stays open while people walk through is no matter for officers', async () => {
    await raise('door', 'door.held_open');
    await raise('cam', 'motion.started', { seconds: 5 });
    expect(await incidents()).toMatchObject([{ confirmed: null, legs: ['property-manager'], alerts: { length: 2 } }]);
  });

  test('a late alert is kept and pages nobody, also with motion at its camera', async () => {
    await raise('cam', 'motion.started');
    await raise('door', 'door.forced', { late: true, seconds: 1 });
    expect(await incidents()).toEqual([]);
    const kept = await bench.rows(sql`select kind from alerts where compound_id = ${site.compound} and late`);
    expect(kept).toEqual([{ kind: 'door.forced' }]);
  });

  test('a late alert joins the incident that is open: it confirms nothing and calls nobody', async () => {
    await raise('door', 'door.forced');
    await raise('cam', 'motion.started', { late: true, seconds: 1 });
    await raise('door', 'sos.raised', { late: true, seconds: 2 });
    expect(await incidents()).toMatchObject([
      { confirmed: null, kind: 'door.forced', severity: 2, alerts: { length: 3 }, legs: ['property-manager'] },
    ]);
  });

  test('a drill and the real thing never confirm one another', async () => {
    await raise('cam', 'motion.started');
    await raise('door', 'door.forced', { exercise: true, seconds: 1 });
    expect(await incidents()).toMatchObject([{ confirmed: null, alerts: ['door.forced'] }]);
  });

  test('an alert of a device that no place is known of is shown without a unit', async () => {
    const device = site.items.provision(bench.now, { op: 'device.upsert', device: 'loose', kind: 'panel', name: '散' });
    await site.send('alarm', device);
    await raise('loose', 'door.forced');
    expect(await incidents()).toMatchObject([{ unit: null, legs: ['property-manager'] }]);
  });

  test('a device that nobody has registered has one incident all the same', async () => {
    await raise('stranger', 'door.forced');
    await raise('stranger', 'tamper.device', { seconds: 2 });
    expect(await incidents()).toMatchObject([{ alerts: ['door.forced', 'tamper.device'] }]);
  });

  test('a device cannot be made its own witness', async () => {
    const order = { op: 'link.camera', device: 'door', camera: 'door', linked: true } as const;
    const answer = await site.send('alarm', site.items.provision(bench.now, order));
    expect(answer.rejected).toEqual([expect.objectContaining({ code: 'input.invalid' })]);
  });
});

describe('an incident', () => {
  it('takes no alert after its hard close: then a new one opens', async () => {
    await raise('door', 'door.forced');
    await bench.clock.advance(901_000);
    await raise('door', 'tamper.device');
    expect(await incidents()).toMatchObject([{ alerts: ['door.forced'] }, { alerts: ['tamper.device'] }]);
  });

  it.each(['resolved', 'called-back', 'closed'])(
    'takes no alert once it is %s: what follows is another matter, and somebody is told',
    async (state) => {
      await raise('door', 'door.forced');
      await bench.system((trx) =>
        sql`update incidents set state = ${state} where compound_id = ${site.compound}`.execute(trx),
      );
      await bench.clock.advance(1000);
      await raise('door', 'tamper.device');
      expect(await incidents()).toMatchObject([
        { alerts: ['door.forced'] },
        { alerts: ['tamper.device'], legs: ['property-manager'] },
      ]);
    },
  );

  it('is not shared between compounds whose devices have the same names', async () => {
    const here = site;
    await raise('door', 'door.forced');
    site = await freshSite();
    await raise('cam', 'motion.started', { seconds: 1 });
    expect(await incidents(here)).toMatchObject([{ confirmed: null }]);
    expect(await incidents()).toEqual([]);
  });
});

test('the buildings of a compound are known where a rule looks at them, and only there', async () => {
  const buildingsFor = (relation: Relation) =>
    bench.system(async (trx) => {
      const asked = { compound: site.compound, devices: [], relations: new Set([relation]) };
      return [...(await loadSite(trx, asked)).buildings];
    });
  expect(await buildingsFor('same-building')).toEqual([`suxi/330782105200/${site.compound}-b3`]);
  expect(await buildingsFor('same-unit')).toEqual([]);
});

const doorKinds: readonly EventKind[] = [
  'door.forced',
  'door.held_open',
  'access.duress',
  'access.repeated_denial',
  'tamper.device',
  'sos.raised',
  'fire.input',
  'health.offline',
];

test('no sequence of alerts of one device alone, unconfirmed, ever leads to an officer', async () => {
  const step = fc.record({
    kind: fc.constantFrom(...doorKinds),
    seconds: fc.integer({ min: -90, max: 90 }),
    late: fc.boolean(),
    exercise: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      site = await freshSite();
      for (const { kind, ...how } of steps) await raise('door', kind, how);
      const legs = (await incidents()).flatMap((incident) => incident.legs);
      expect(legs.filter((role) => OFFICERS.includes(role))).toEqual([]);
    }),
    { numRuns: 25 },
  );
}, 120_000);
