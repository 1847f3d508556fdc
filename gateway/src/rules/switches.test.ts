import type { EventKind, RuleSettings } from '@angrid/contract';
import { describe, expect, test } from '@jest/globals';
import { settingsFor } from './index.js';
import { settingsWith, site, Story } from './timeline.fixture.js';

const table = [
  ['forced', 'door.forced', 'door.closed'],
  ['tailgating', 'behaviour.tailgating', undefined],
  ['tamper', 'tamper.device', 'tamper.device_ended'],
  ['tamper', 'tamper.reader', 'tamper.reader_ended'],
  ['tamper', 'tamper.camera', 'tamper.camera_ended'],
  ['battery', 'power.battery_low', 'power.battery_restored'],
] as const satisfies readonly (readonly [keyof RuleSettings, EventKind, EventKind | undefined])[];

const on = settingsWith({});

describe.each(table)('the rule %s about %s', (rule, kind, ends) => {
  const off = settingsWith({ [rule]: { on: false } });

  test('is an alert at once where it is on, and nothing where it is off', () => {
    expect(new Story(on).tell(1, kind).lines).toEqual([`1s active ${kind}`]);
    expect(new Story(off).tell(1, kind).until(60).lines).toEqual([]);
  });

  test('rests in the periods that the site names, and in no other', () => {
    const rules = { ...site.rules, [rule]: { on: true, except: ['market'] } };
    const during = (...periods: string[]) => new Story(settingsFor({ ...site, rules }, {}, periods)).tell(1, kind);
    expect(during('market', 'day').lines).toEqual([]);
    expect(during('day').lines).toEqual([`1s active ${kind}`]);
  });

  test('ends what it began when it is off by then', () => {
    const story = new Story(on).tell(1, kind).set(5, off);
    if (ends !== undefined) story.tell(9, ends);
    expect(story.until(400).lines).toEqual([`1s active ${kind}`, `${ends === undefined ? 302 : 9}s cleared ${kind}`]);
  });
});

describe('the other switches', () => {
  const denial = { count: 3, windowSeconds: 60 };
  const refuse = (story: Story): Story =>
    [1, 2, 3].reduce((told, second) => told.tell(second, 'access.denied', { pseudonym: 'a' }), story);

  test('of repeated denial, also as the device counts it', () => {
    expect(refuse(new Story(on)).lines).toHaveLength(1);
    const off = settingsWith({ repeatedDenial: { ...denial, on: false } });
    expect(refuse(new Story(off)).tell(5, 'access.repeated_denial').lines).toEqual([]);
    expect(new Story(on).tell(5, 'access.repeated_denial').lines).toEqual(['5s active access.repeated_denial']);
  });

  test('of an offline device; one that is back ends its alert all the same', () => {
    const off = settingsWith({ offline: { on: false } });
    expect(new Story(off).hear(0, 'online').hear(5, 'offline').until(300).lines).toEqual([]);
    const story = new Story(on).hear(0, 'online').hear(5, 'offline').set(20, off).hear(30, 'online').until(60);
    expect(story.lines).toEqual(['15s active health.offline', '40s cleared health.offline']);
  });

  test('of the mains', () => {
    const off = settingsWith({ mains: { on: false, lostForSeconds: 0, backForSeconds: 0 } });
    expect(new Story(off).tell(1, 'power.mains_lost').until(60).lines).toEqual([]);
  });

  test('of one device go before those of the site', () => {
    const own = settingsFor(
      { ...site, rules: { ...site.rules, forced: { on: false } } },
      { rules: { forced: { on: true } } },
      ['day'],
    );
    expect(new Story(own).tell(1, 'door.forced').lines).toEqual(['1s active door.forced']);
  });
});
