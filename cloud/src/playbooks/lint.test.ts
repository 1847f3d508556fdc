import { describe, expect, it, test } from '@jest/globals';
import { playbooksFolder, readPlaybooks } from './library.js';
import { lintPlaybook } from './lint.js';
import type { Playbook } from './playbook.js';

const playbooks = await readPlaybooks([playbooksFolder]);
const jinhua = playbooks.get('jinhua') as Playbook;

test.each([...playbooks.keys()])('%s is without a finding', (id) => {
  expect(lintPlaybook(playbooks.get(id) as Playbook)).toEqual([]);
});

/** What the lint says of the playbook after a change: code and place. */
function findings(change: (playbook: Playbook) => void): readonly string[] {
  const changed = structuredClone(jinhua);
  change(changed);
  return lintPlaybook(changed).map(({ code, at }) => `${code} ${at}`);
}

const routeOf = ({ routes }: Playbook, id: string) => {
  const found = routes.find((route) => route.id === id);
  if (!found) throw new Error(id);
  return found;
};

describe('the lint finds', () => {
  it('a duty, department, ladder and category that are not there', () => {
    const found = findings((playbook) => {
      routeOf(playbook, 'notify-property').legs[0] = {
        role: 'property-manager',
        to: { duty: 'caretaker', unit: 'own' },
        channels: ['console'],
        ladder: 'stairs',
      };
      routeOf(playbook, 'market').when.category = ['markets'];
      (playbook.categories['hazard'] as { department: string }).department = 'fire-brigade';
    });
    expect(found).toEqual([
      'unknown-reference categories.hazard.department',
      'unknown-reference routes.notify-property.legs.property-manager.to',
      'unknown-reference routes.notify-property.legs.property-manager.ladder',
      'unknown-reference routes.market.when.category',
    ]);
  });

  it('a route that no matter meets', () => {
    const found = findings((playbook) => {
      const { legs } = routeOf(playbook, 'three-pushes');
      playbook.routes.push({ id: 'never', when: { category: ['market'], police: true, severity: [3] }, legs });
    });
    expect(found).toEqual(['route-never-matches routes.never']);
  });

  it('a route in the shadow of those before it', () => {
    const found = findings((playbook) => {
      playbook.routes.push({ ...routeOf(playbook, 'three-pushes'), id: 'again' });
    });
    expect(found).toEqual(['route-never-matches routes.again']);
  });

  it('an hour in which a category reaches nobody', () => {
    const found = findings((playbook) => {
      routeOf(playbook, 'market').when.hours = 'working';
    });
    expect(found).toEqual(['gap categories.market']);
  });

  it('a category that no route takes', () => {
    const found = findings((playbook) => {
      playbook.categories['noise'] = { name: { 'zh-CN': '噪声', en: 'Noise' }, police: false, events: [], reports: [] };
      playbook.routes = playbook.routes.map((route) => ({
        ...route,
        when: { ...route.when, category: route.when.category ?? Object.keys(jinhua.categories) },
      }));
    });
    expect(found).toEqual(['category-without-route categories.noise']);
  });

  it('an unconfirmed signal of a device that leads to an officer, by a leg or by a rung, also of an overlay', () => {
    const officer = { duty: 'handling-officer', unit: 'own' } as const;
    const found = findings((playbook) => {
      const leg = { role: 'officer', to: officer, channels: ['console' as const], within: 60_000 };
      routeOf(playbook, 'confirm-urgent').legs.push(leg);
      playbook.ladders['confirmers']?.rungs.push({ to: officer, within: 30_000 });
      playbook.overlays['storm'] = {
        name: { 'zh-CN': '暴雨', en: 'Storm' },
        allHoursWork: false,
        extraDuty: [],
        ladders: {},
        routes: [{ id: 'at-once', when: {}, legs: [leg] }],
      };
    });
    expect(found).toEqual([
      'officer-unconfirmed ladders.confirmers.rungs.2',
      'officer-unconfirmed routes.confirm-urgent.legs.officer',
      'officer-unconfirmed overlays.storm.routes.at-once.legs.officer',
      'officer-unconfirmed overlays.storm.ladders.confirmers.rungs.2',
      'officer-unconfirmed overlays.storm.routes.confirm-urgent.legs.officer',
    ]);
  });

  it('an officer who may be silent for ever, by a department too, and in an overlay', () => {
    const found = findings((playbook) => {
      const { legs } = routeOf(playbook, 'three-pushes');
      for (const leg of legs) delete leg.within;
      (playbook.departments['mediation-centre'] as { officer: boolean }).officer = true;
      const centre = {
        role: 'centre',
        to: { department: 'in-charge', unit: 'own' as const },
        channels: ['console' as const],
      };
      playbook.overlays['storm'] = {
        ...{ name: { 'zh-CN': '暴雨', en: 'Storm' }, allHoursWork: false, extraDuty: [], ladders: {} },
        routes: [{ id: 'at-once', when: { category: ['dispute'], confirmed: true }, legs: [centre] }],
      };
    });
    expect(found).toEqual([
      'officer-without-deadline routes.three-pushes.legs.handling-officer',
      'officer-without-deadline routes.three-pushes.legs.responsible-officer',
      'officer-without-deadline overlays.storm.routes.at-once.legs.centre',
    ]);
  });

  it('a category with nobody in charge that is sent to who is in charge', () => {
    const found = findings((playbook) => {
      const office = {
        role: 'office',
        to: { department: 'in-charge', unit: 'own' as const },
        channels: ['console' as const],
      };
      playbook.routes.push({ id: 'office', when: { category: ['dispute'] }, legs: [office] });
      playbook.categories['dispute'] = { ...(playbook.categories['dispute'] as Playbook['categories'][string]) };
      delete playbook.categories['dispute'].department;
    });
    expect(found).toEqual(['unknown-reference categories.dispute']);
  });

  it('a text that is missing in a language', () => {
    const found = findings((playbook) => {
      playbook.name = { 'zh-CN': '金华', en: ' ' };
      routeOf(playbook, 'market').statement = { 'zh-CN': '', en: 'Market' };
    });
    expect(found).toEqual(['text-missing name', 'text-missing routes.market.statement']);
  });

  it('a kind of alert that falls in no category', () => {
    const found = findings((playbook) => {
      const { fire } = playbook.categories;
      if (fire) fire.events = fire.events.filter((kind) => kind !== 'fire.input');
    });
    expect(found).toEqual(['kind-unsorted categories']);
  });
});
