import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MatterStory, sampleMatter, T0 } from '../../testing/matter-story.js';
import type { Leg, Target } from '../playbooks/routing.js';
import { words, duty, duties, playbookWith, pushes } from './plan.fixture.js';

describe('one matter, three pushes (一警情三推送)', () => {
  it('follow a confirmation, and not before', () => {
    const story = new MatterStory(pushes, sampleMatter());
    expect(story.told).toEqual(['property-manager/0 property-manager@suxi/v1/b3 queued']);
    story.change({ confirmed: true });
    expect(story.told.slice(1)).toEqual([
      'handling-officer/0 handling-officer@suxi/v1/b3 queued',
      'responsible-officer/0 responsible-officer@suxi/v1/b3 queued',
      'four-platforms/0 four-platforms@suxi/v1/b3 queued',
    ]);
  });

  it('follow a person’s report at once', () => {
    const { event: _, ...reported } = sampleMatter({ source: 'person', report: 'disturbance', confirmed: true });
    const story = new MatterStory(pushes, reported);
    expect(story.legs.map(({ role }) => role)).toEqual(['handling-officer', 'responsible-officer', 'four-platforms']);
  });

  it('go to the officer of the place, whoever raised it', () => {
    const taxi = [{ path: 'town/taxi-3', level: 3 }];
    const story = new MatterStory(pushes, sampleMatter({ confirmed: true, own: taxi }));
    expect(story.told).toContain('handling-officer/0 handling-officer@town/taxi-3 queued');
    expect(story.told).toContain('responsible-officer/0 responsible-officer@suxi/v1/b3 queued');
  });

  it('are told also where the matter is linked to no unit', () => {
    const story = new MatterStory(pushes, sampleMatter({ confirmed: true, own: [], territory: [] }));
    expect(story.told).toContain('handling-officer/0 handling-officer@- queued');
  });

  it('stay in the house and with the entitled where the matter is restricted', () => {
    const story = new MatterStory(pushes, sampleMatter({ event: 'sos.raised', severity: 1, restricted: true }));
    story.pass(120);
    expect(story.told).toEqual([
      'confirmer/0 confirmer@suxi/v1/b3 timed-out',
      'confirmer/1 station-desk@suxi/v1 timed-out',
    ]);
    story.change({ confirmed: true });
    expect(story.legs.slice(2).map(({ role }) => role)).toEqual(['handling-officer', 'responsible-officer']);
  });
});

describe('an unconfirmed signal of severity 1', () => {
  const urgent = sampleMatter({ event: 'sos.raised', severity: 1 });

  it('climbs every 30 seconds, and says so before', () => {
    const story = new MatterStory(pushes, urgent);
    expect(story.silent).toMatchObject({ role: 'confirmer', rung: 0, next: [{ id: 'station-desk', unit: 'suxi/v1' }] });
    expect(story.silent?.at).toEqual(new Date(T0.getTime() + 30_000));
    story.pass(29);
    expect(story.legs).toHaveLength(2);
    story.pass(1);
    expect(story.told.slice(1)).toEqual([
      'confirmer/0 confirmer@suxi/v1/b3 timed-out',
      'confirmer/1 station-desk@suxi/v1 queued',
    ]);
    story.pass(60);
    expect(story.told.at(-1)).toBe('confirmer/2 property-manager@suxi/v1/b3 timed-out');
    expect(story.silent).toBeUndefined();
  });

  it('climbs no further once somebody has taken it, or it is decided', () => {
    const taken = new MatterStory(pushes, urgent);
    taken.answer('confirmer', { type: 'acknowledged' });
    taken.pass(120);
    expect(taken.legs).toHaveLength(2);
    const decided = new MatterStory(pushes, urgent);
    decided.change({ confirmed: true });
    decided.pass(120);
    expect(decided.legs.filter(({ role }) => role === 'confirmer').map(({ state }) => state)).toEqual(['queued']);
  });

  it('climbs at once where it comes back with a reason', () => {
    const story = new MatterStory(pushes, urgent);
    story.answer('confirmer', { type: 'returned', reason: 'not on site' });
    expect(story.told.at(-1)).toBe('confirmer/1 station-desk@suxi/v1 queued');
  });
});

describe('four levels in 15 minutes', () => {
  const rung = (name: string, unit: unknown) => ({ to: { duty: name, unit }, within: '5m' });
  const mine = playbookWith({
    routes: [
      {
        id: 'leak',
        when: { source: ['person'] },
        legs: [{ role: 'alarm', to: { duty: 'grid-member' }, within: '5m', ladder: 'four-levels' }],
      },
    ],
    ladders: {
      'four-levels': {
        name: words('four levels'),
        climbs: 'to-the-top',
        rungs: [
          rung('grid-head', 'parent'),
          rung('village-committee', { level: 2 }),
          rung('station-head', { level: 0 }),
        ],
      },
    },
  });
  const leak = sampleMatter({ source: 'person', report: 'hazard', confirmed: true });

  it('are reached though nobody answers', () => {
    const story = new MatterStory(mine, leak);
    story.pass(15 * 60);
    expect(story.legs.map(({ to, at }) => [to.id, ((at.queued?.getTime() ?? 0) - T0.getTime()) / 60_000])).toEqual([
      ['grid-member', 0],
      ['grid-head', 5],
      ['village-committee', 10],
      ['station-head', 15],
    ]);
  });

  it('are reached sooner where each answers at once', () => {
    const story = new MatterStory(mine, leak);
    for (const who of ['grid-member', 'grid-head', 'village-committee']) {
      story.pass(60);
      story.answer(who, { type: 'acknowledged' });
    }
    expect(story.legs.map(({ to }) => to.id)).toEqual([
      'grid-member',
      'grid-head',
      'village-committee',
      'station-head',
    ]);
    expect(story.now.getTime() - T0.getTime()).toBe(180_000);
  });
});

describe('a tower group', () => {
  const tower = playbookWith({
    routes: [
      {
        id: 'tower',
        when: { source: ['person'] },
        legs: [{ role: 'tower', to: { group: 'tower' }, within: '10m', ladder: 'up' }],
      },
    ],
    ladders: { up: { name: words('up'), rungs: [{ to: { group: 'tower', unit: 'parent' }, within: '10m' }] } },
  });
  const quarrel = sampleMatter({ source: 'person', report: 'dispute', confirmed: true });

  it('fans out to all of the group, and stays there once one takes it', () => {
    const story = new MatterStory(tower, quarrel);
    expect(story.told).toEqual(['tower/0 grid-member@suxi/v1/b3 queued', 'tower/0 mediator@suxi/v1/b3 queued']);
    story.answer('mediator', { type: 'accepted' });
    story.pass(1200);
    expect(story.legs).toHaveLength(2);
    expect(story.legs[0]).toMatchObject({ state: 'queued', dueAt: null });
  });

  it('climbs the tree where nobody takes it', () => {
    const story = new MatterStory(tower, quarrel);
    story.pass(600);
    expect(story.told.slice(2)).toEqual(['tower/1 grid-member@suxi/v1 queued', 'tower/1 mediator@suxi/v1 queued']);
  });
});

describe('who is told', () => {
  const inCharge = playbookWith({
    routes: [
      {
        id: 'working',
        when: { police: false, hours: 'working' },
        legs: [{ role: 'in-charge', to: { department: 'in-charge' } }],
      },
      { id: 'off', when: { hours: 'off' }, legs: [{ role: 'desk', to: { duty: 'station-desk', unit: 'parent' } }] },
      { id: 'top', legs: [{ role: 'above', to: { duty: 'grid-head', unit: { level: 1 } } }] },
    ],
  });
  const held = sampleMatter({ event: 'door.held_open', severity: 3 });

  it('is the department in charge in working hours, the station outside them', () => {
    const first = (hours: 'working' | 'off') => new MatterStory(inCharge, held, { hours }).told[0];
    expect(first('working')).toBe('in-charge/0 market@suxi/v1/b3 queued');
    expect(first('off')).toBe('desk/0 station-desk@suxi/v1 queued');
  });

  it('is the nearest unit above where the tree has no such level', () => {
    expect(new MatterStory(inCharge, held).told).toContain('above/0 grid-head@suxi queued');
  });

  it('is nobody where nothing stands above, and the incident says so', () => {
    const low = { ...held, own: [{ path: 'suxi/v1/b3', level: 3 }], territory: [] };
    expect(new MatterStory(inCharge, low).notes).toEqual([
      { action: 'no-such-unit', detail: { role: 'above', route: 'top' } },
    ]);
  });

  it('are those on duty by the roster; a gap is noted and it is for every holder', () => {
    const rostered = new MatterStory(pushes, sampleMatter(), { onDuty: () => ['a1'] });
    expect(rostered.legs[0]?.accounts).toEqual(['a1']);
    const gap = new MatterStory(pushes, sampleMatter(), { onDuty: () => [] });
    expect(gap.legs[0]?.accounts).toEqual([]);
    expect(gap.notes).toMatchObject([{ action: 'nobody-on-duty', detail: { duty: 'property-manager' } }]);
  });
});

const anyTarget: fc.Arbitrary<Target> = fc.oneof(
  fc.record({
    duty: fc.constantFrom(...Object.keys(duties), 'unknown-duty'),
    unit: fc.constantFrom('own', 'parent', 'territory'),
  }),
  fc.record({ group: fc.constantFrom('tower', 'mixed'), unit: fc.constantFrom('own', 'parent') }),
  fc.record({ department: fc.constantFrom('in-charge', 'market', 'patrol'), unit: fc.constant('own' as const) }),
) as fc.Arbitrary<Target>;
const anyLeg = fc.record(
  { role: fc.constantFrom('a', 'b', 'c'), to: anyTarget, within: fc.constant('30s'), ladder: fc.constant('l') },
  { requiredKeys: ['role', 'to'] },
) as unknown as fc.Arbitrary<Leg>;
const anyRoute = fc.record(
  {
    when: fc.record({ confirmed: fc.boolean() }, { requiredKeys: [] }),
    legs: fc.array(anyLeg, { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['legs'] },
);
const anyPlaybook = fc
  .record({
    routes: fc.array(anyRoute, { minLength: 1, maxLength: 5 }),
    rungs: fc.array(anyTarget, { minLength: 1, maxLength: 5 }),
    climbs: fc.constantFrom('when-silent', 'to-the-top'),
    // Also where the playbook denies that an officer is one.
    officer: fc.boolean(),
    inCharge: fc.constantFrom('market', 'patrol'),
  })
  .map(({ routes, rungs, climbs, officer, inCharge }) =>
    playbookWith({
      duties: {
        ...duties,
        'handling-officer': duty(['police'], officer),
        'responsible-officer': duty(['police'], officer),
      },
      groups: {
        tower: { name: words('t'), duties: ['mediator'] },
        mixed: { name: words('m'), duties: ['mediator', 'handling-officer'] },
      },
      departments: { market: { name: words('m') }, patrol: { name: words('p'), officer: true } },
      categories: { order: { name: words('order'), police: true, events: ['door.forced'], department: inCharge } },
      routes: routes.map((route, index) => ({ id: `r${index}`, ...route })),
      ladders: { l: { name: words('l'), climbs, rungs: rungs.map((to) => ({ to, within: '30s' })) } },
    }),
  );
const officers = ['handling-officer', 'responsible-officer', 'station-head', 'patrol', 'unknown-duty'];

describe('whatever a playbook says', () => {
  it('no officer is called for an unconfirmed signal of a device, by no route and no ladder', () => {
    fc.assert(
      fc.property(anyPlaybook, fc.boolean(), fc.integer({ min: 1, max: 4 }), (playbook, restricted, severity) => {
        const story = new MatterStory(playbook, sampleMatter({ restricted, severity: severity as 1 }));
        const first = story.legs[0];
        if (first) story.answer(first.to.id, { type: 'returned', reason: 'no' });
        story.pass(240);
        expect(story.legs.filter(({ to }) => officers.includes(to.id))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('officers are called by the same playbooks once it is confirmed', () => {
    const called = fc.sample(anyPlaybook, { numRuns: 100, seed: 5 }).filter((playbook) => {
      const story = new MatterStory(playbook, sampleMatter({ confirmed: true }));
      return story.legs.some(({ to }) => officers.includes(to.id));
    });
    expect(called.length).toBeGreaterThan(30);
  });

  it('a look at the timers twice at one moment opens nothing twice', () => {
    fc.assert(
      fc.property(anyPlaybook, (playbook) => {
        const story = new MatterStory(playbook, sampleMatter({ confirmed: true }));
        story.pass(31);
        const told = story.told;
        story.change({});
        expect(story.told).toEqual(told);
      }),
      { numRuns: 50 },
    );
  });
});
