import { describe, expect, it } from '@jest/globals';
import { type Calendar, emptyCalendar, recommendedRules } from '@angrid/contract';
import type { SiteRules } from '../../api/rules-types.js';
import { differences } from './rules-diff.js';
import { changeOf, draftOf, faultOf, freePeriodId, valueAt, withValue } from './rules-form.js';
import { ruleSpecs } from './rule-specs.js';
import { heldOpenNow, minuteOfDay, siteTime, weekOf } from './week.js';

const device = (id: string, behind: string | null = null) => ({
  id,
  name: id,
  kind: 'panel' as const,
  heldOpenSeconds: null,
  rules: {},
  doors: [],
  behind,
});
const site: SiteRules = {
  compound: { id: 'c', name: 'Harmony Garden' },
  version: 4,
  timezone: 'Asia/Shanghai',
  night: '22:00-06:00',
  rules: recommendedRules,
  calendar: emptyCalendar,
  devices: [device('a'), device('b')],
  recommended: recommendedRules,
  siteVersion: 9,
  gateways: [],
};
const draft = draftOf(site);
const market: Calendar = {
  dates: [{ date: '2026-10-01', day: 'holiday', name: 'National Day' }],
  periods: [{ id: 'market', name: 'Market', days: ['sat', 'holiday'], hours: '06:00-09:00' }],
};

describe('the form of the rules', () => {
  it('sends back what it was given, and no device where none differs', () => {
    expect(changeOf(site, draft)).toEqual({
      version: 4,
      night: site.night,
      rules: site.rules,
      calendar: site.calendar,
      devices: [],
    });
  });

  it('sends only the devices that differ', () => {
    const devices = draft.devices.map((one) => (one.id === 'b' ? { ...one, heldOpenSeconds: 90 } : one));
    expect(changeOf(site, { ...draft, devices }).devices).toMatchObject([{ id: 'b', heldOpenSeconds: 90 }]);
  });

  it('finds every number that it names in the recommended rules, within its bounds', () => {
    for (const { fields } of ruleSpecs) {
      for (const { path, min, max } of fields) {
        const value = valueAt(recommendedRules, path);
        expect({ path, fits: typeof value === 'number' && value >= min && value <= max }).toEqual({ path, fits: true });
      }
    }
  });

  it('changes one value and leaves the others as they were', () => {
    const changed = withValue(recommendedRules, ['storm', 'alarm', 'burst'], 9);
    expect(changed.storm.alarm).toEqual({ ...recommendedRules.storm.alarm, burst: 9 });
    expect(recommendedRules.storm.alarm.burst).toBe(60);
    expect(withValue({ a: { on: true, except: ['x'] } }, ['a', 'except'], undefined)).toEqual({ a: { on: true } });
  });

  it.each([
    ['night', { night: '22-6' }],
    ['periodName', { calendar: { ...market, periods: [{ ...market.periods[0]!, name: ' ' }] } }],
    ['periodDays', { calendar: { ...market, periods: [{ ...market.periods[0]!, days: [] }] } }],
    ['periodHours', { calendar: { ...market, periods: [{ ...market.periods[0]!, hours: '6-9' }] } }],
    ['date', { calendar: { ...market, dates: [{ date: '', day: 'holiday' as const }] } }],
    ['dateTwice', { calendar: { ...market, dates: [...market.dates, ...market.dates] } }],
    ['unknownPeriod', { rules: withValue(draft.rules, ['forced', 'except'], ['market']) }],
    ['circle', { devices: [{ ...device('a', 'b') }, { ...device('b', 'a') }] }],
  ])('names the fault %s before the cloud does', (fault, part) => {
    expect(faultOf({ ...draft, ...part })).toBe(fault);
  });

  it('has no fault where a rule rests in a period that the calendar has', () => {
    expect(
      faultOf({ ...draft, calendar: market, rules: withValue(draft.rules, ['forced', 'except'], ['market']) }),
    ).toBeUndefined();
  });

  it('gives a new period a name of its own', () => {
    expect(freePeriodId({ dates: [], periods: [{ ...market.periods[0]!, id: 'period-2' }] })).toBe('period-3');
  });
});

describe('the preview', () => {
  it('is empty where nothing differs', () => expect(differences(draft, draft)).toEqual([]));

  it('tells switches, numbers, resting times, the calendar and devices', () => {
    let rules = withValue(draft.rules, ['tamper', 'on'], false);
    rules = withValue(rules, ['heldOpenSeconds', 'night'], 20);
    rules = withValue(rules, ['forced', 'except'], ['market']);
    rules = withValue(rules, ['heldOpen', 'periods'], [{ period: 'market', seconds: 600 }]);
    const devices = draft.devices.map((one) => (one.id === 'b' ? { ...one, behind: 'a' } : one));
    expect(differences(draft, { night: '23:00-06:00', rules, calendar: market, devices })).toEqual([
      { of: 'number', rule: 'heldOpen', field: 'heldOpenSeconds.night', from: 30, to: 20 },
      { of: 'limits', rule: 'heldOpen', from: [], to: ['market 600'] },
      { of: 'rest', rule: 'forced', from: [], to: ['market'] },
      { of: 'switch', rule: 'tamper', from: true, to: false },
      { of: 'night', from: '22:00-06:00', to: '23:00-06:00' },
      { of: 'period', name: 'Market', change: 'added' },
      { of: 'date', name: '2026-10-01 National Day', change: 'added' },
      { of: 'device', device: 'b' },
    ]);
  });
});

describe('the week', () => {
  const local = siteTime(Date.parse('2026-10-01T23:30:00Z'), 'Asia/Shanghai');

  it('is that of the site’s clocks, wherever the reader sits', () => {
    expect(new Date(local).toISOString()).toBe('2026-10-02T07:30:00.000Z');
    expect(minuteOfDay(local)).toBe(450);
  });

  it('runs from Monday to Sunday and shows holidays and periods where rules see them', () => {
    const week = weekOf(local, { calendar: market, night: site.night });
    expect(week.map(({ kind }) => kind)).toEqual(['mon', 'tue', 'wed', 'holiday', 'fri', 'sat', 'sun']);
    expect(week[3]).toMatchObject({ name: 'National Day', listed: true });
    expect(week[3]?.bands.map(({ period, from, to }) => `${period} ${from}-${to}`)).toEqual([
      'night 0-360',
      'market 360-540',
      'day 540-1320',
      'night 1320-1440',
    ]);
    expect(week[4]?.bands.map(({ period }) => period)).toEqual(['night', 'day', 'night']);
  });

  it('says how long a door may stand open now', () => {
    const rules = withValue(recommendedRules, ['heldOpen', 'periods'], [{ period: 'market', seconds: 600 }]);
    expect(heldOpenNow(rules, ['market', 'day'])).toBe(600);
    expect(heldOpenNow(rules, ['night'])).toBe(30);
    expect(heldOpenNow(rules, ['day'])).toBe(60);
    expect(heldOpenNow(withValue(rules, ['heldOpen', 'on'], false), ['day'])).toBeUndefined();
    expect(heldOpenNow(withValue(rules, ['heldOpen', 'except'], ['night']), ['night'])).toBeUndefined();
  });
});
