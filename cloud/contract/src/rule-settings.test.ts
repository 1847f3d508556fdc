import { describe, expect, it } from '@jest/globals';
import { goldenJson } from './golden.fixture.js';
import { deviceRuleSettings, recommendedRules, ruleDefaults, ruleSettingsSchema } from './rule-settings.js';
import { siteConfigSchema, unknownPeriods } from './site.js';

const old = siteConfigSchema.parse(goldenJson('site.json'));
const full = siteConfigSchema.parse(goldenJson('site.rules.json'));

describe('the rules of a site', () => {
  it('of a configuration that says nothing of them are those that there were, and nothing new', () => {
    const complete = deviceRuleSettings(old.rules);
    expect(complete).toMatchObject({ ...old.rules, ...ruleDefaults });
    expect([complete.deniedThenGranted.on, complete.flapping.on]).toEqual([false, false]);
    expect([complete.mains.lostForSeconds, complete.mains.backForSeconds]).toEqual([0, 0]);
  });

  it('of a new site are all on, and can be sent as they are', () => {
    expect(ruleSettingsSchema.parse(recommendedRules)).toEqual(recommendedRules);
    const switches = Object.values(recommendedRules).flatMap((rule) =>
      typeof rule === 'object' && 'on' in rule ? [rule.on] : [],
    );
    expect(new Set(switches)).toEqual(new Set([true]));
  });

  it('give way to what a device has of its own, field by field', () => {
    const own = deviceRuleSettings(full.rules, { flapping: { changes: 9 }, battery: { on: false }, forced: {} });
    expect(own.flapping).toEqual({ ...full.rules.flapping, changes: 9 });
    expect(own.battery).toEqual({ on: false, except: ['market'] });
    expect(own.forced).toEqual(full.rules.forced);
    expect(deviceRuleSettings(full.rules, { offlineGraceSeconds: 0 }).offlineGraceSeconds).toBe(0);
  });

  it('bound a device clock by two minutes where they do not say', () => {
    expect(deviceRuleSettings(old.rules).clockDriftSeconds).toBe(120);
    expect(deviceRuleSettings(full.rules).clockDriftSeconds).toBe(300);
    expect(ruleSettingsSchema.safeParse({ ...full.rules, clockDriftSeconds: 1 }).success).toBe(false);
  });

  it('have no switch for duress, fire or a call for help', () => {
    expect(Object.keys(ruleSettingsSchema.shape).filter((name) => /fire|duress|sos/.test(name))).toEqual([]);
  });

  it('name the periods that no calendar has', () => {
    expect(unknownPeriods(full)).toEqual([]);
    const rules = { ...full.rules, forced: { on: true, except: ['gone'] } };
    expect(unknownPeriods({ ...full, rules })).toEqual(['gone']);
    expect(unknownPeriods({ ...full, calendar: undefined })).toEqual(['market']);
  });
});
