import { describe, expect, it, test } from '@jest/globals';
import { Story } from './timeline.fixture.js';

describe('what a device says itself', () => {
  test.each([
    ['fire.input', 'fire.released', 1, 'fire@1'],
    ['sos.raised', 'sos.cancelled', 1, 'direct@1'],
    ['tamper.camera', 'tamper.camera_ended', 2, 'tamper@1'],
    ['camera.covered', 'camera.covered_ended', 2, 'tamper@1'],
    ['camera.frozen', 'camera.frozen_ended', 2, 'tamper@1'],
    ['tamper.reader', 'tamper.reader_ended', 2, 'tamper@1'],
    ['tamper.device', 'tamper.device_ended', 2, 'tamper@1'],
    ['power.mains_lost', 'power.mains_restored', 3, 'mains@1'],
    ['power.battery_low', 'power.battery_restored', 4, 'battery@1'],
    ['motion.started', 'motion.ended', 4, 'direct@1'],
    ['input.activated', 'input.released', 4, 'direct@1'],
  ] as const)('%s is an alert at once, until %s', (begins, ends, severity, rule) => {
    const story = new Story()
      .tell(1, begins, { channel: '1' })
      .tell(20, ends, { channel: '2' })
      .tell(30, ends, { channel: '1' });
    expect(story.until(400).lines).toEqual([`1s active ${begins} 1`, `30s cleared ${begins} 1`]);
    expect(story.alerts[0]).toMatchObject({ severity, rule });
  });

  test.each(['access.granted', 'access.taken', 'door.opened', 'call.ringing'] as const)('%s is no alert', (kind) => {
    expect(new Story().tell(1, kind).until(20).lines).toEqual([]);
  });

  it('ends five quiet minutes later where nothing tells its end', () => {
    const story = new Story().tell(0, 'behaviour.climb').tell(100, 'behaviour.climb').until(500);
    expect(story.lines).toEqual(['0s active behaviour.climb', '401s cleared behaviour.climb']);
  });

  it('about its battery is one alert a day', () => {
    const story = new Story().tell(0, 'power.battery_low').tell(3600, 'power.battery_low').until(4000);
    expect(story.lines).toEqual(['0s active power.battery_low']);
  });

  it('of motion that a camera forgets to end is over after five quiet minutes', () => {
    expect(new Story().tell(0, 'motion.started').until(400).lines).toEqual([
      '0s active motion.started',
      '301s cleared motion.started',
    ]);
  });

  it('of fire is never taken for over, and is told anew when it comes again', () => {
    const story = new Story().tell(0, 'fire.input').until(1000).tell(1001, 'fire.input');
    expect(story.lines).toEqual(['0s active fire.input', '1001s cleared fire.input', '1001s active fire.input']);
  });

  it('of duress is ended by no machine, and pages anew each time', () => {
    const story = new Story().tell(0, 'access.duress').tell(2, 'access.duress').tell(600, 'access.duress').until(2000);
    expect(story.lines).toEqual(['0s active access.duress', '600s active access.duress']);
    expect(story.alerts[1]?.key).not.toBe(story.alerts[0]?.key);
  });

  it('when a subscription begins ends an alert whose state is over, and begins none', () => {
    const story = new Story().tell(0, 'tamper.camera', { channel: 'v0' }).report(5, 'tamper.camera', true, 'v0');
    story
      .report(6, 'tamper.camera', false, 'v1')
      .report(7, 'tamper.camera', false, 'v0')
      .report(8, 'tamper.camera', true, 'v0');
    expect(story.until(20).lines).toEqual(['0s active tamper.camera v0', '7s cleared tamper.camera v0']);
  });

  it('in a drill ends by itself', () => {
    const story = new Story().tell(0, 'fire.input', { exercise: true }).until(400);
    expect(story.lines).toEqual(['0s active fire.input', '301s cleared fire.input']);
    expect(story.alerts.every((alert) => alert.exercise)).toBe(true);
  });

  it('late pages nobody, and changes nothing', () => {
    const story = new Story()
      .tell(0, 'door.opened')
      .tell(1, 'fire.input', { late: true })
      .tell(2, 'door.closed', { late: true });
    story.tell(3, 'access.duress', { late: true }).tell(4, 'door.forced', { late: true });
    expect(story.until(60).lines).toEqual(['30s active door.held_open']);
  });
});
