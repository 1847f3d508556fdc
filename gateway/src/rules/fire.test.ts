import { ruleSettingsSchema } from '@angrid/contract';
import { describe, expect, it } from '@jest/globals';
import { inhibit, stepRules, emptyRuleState } from './index.js';
import { at, event, settings, settingsWith, Story } from './timeline.fixture.js';

const off = { on: false, except: ['day', 'night'] };
/** Everything off that can be switched off. */
const silenced = settingsWith({
  heldOpen: { ...off, periods: [] },
  forced: off,
  tailgating: off,
  tamper: off,
  offline: off,
  battery: off,
});

describe('fire', () => {
  it('is an alert at once, of the highest severity, until it is released', () => {
    const story = new Story().tell(3, 'fire.input', { channel: '1' }).tell(9, 'fire.released', { channel: '1' });
    expect(story.lines).toEqual(['3s active fire.input 1', '9s cleared fire.input 1']);
    expect(story.alerts[0]).toMatchObject({ severity: 1, rule: 'fire@1' });
  });

  it('is told whatever the settings say', () => {
    expect(new Story(silenced).tell(1, 'fire.input').lines).toEqual(['1s active fire.input']);
    expect(Object.keys(ruleSettingsSchema.shape)).not.toContain('fire');
  });

  it('is told though everything that the device hangs behind is down', () => {
    const input = { event: event('fire.input', at(1)) };
    const step = stepRules(emptyRuleState, input, settings, { startedAt: at(0) });
    expect(inhibit(step, at(1), { isDown: true, holdMs: 60_000 })).toBe(step);
  });

  it('is told of a device that floods, flaps or stands open', () => {
    const story = new Story(settingsWith({ flapping: { on: true, changes: 3, withinSeconds: 60, calmSeconds: 60 } }));
    for (let second = 0; second < 9; second += 3) story.hear(second, 'online').hear(second + 1, 'offline');
    story.loud(10).tell(11, 'door.opened').tell(50, 'fire.input');
    expect(story.lines).toContain('50s active fire.input');
  });
});
