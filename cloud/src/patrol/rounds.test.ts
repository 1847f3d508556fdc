import { describe, expect, it } from '@jest/globals';
import { dueWindow, missedBetween, type PatrolSchedule, roundsOf, roundState, windowsOn } from './rounds.js';

/** 朔城: 视频巡逻 four times a day; the list was made on the 1st at 10:00. */
const schedule: PatrolSchedule = {
  windows: ['22:00-23:00', '08:00-09:00', '12:00-13:00', '17:00-18:00'],
  zone: 'Asia/Shanghai',
  since: new Date('2026-03-01T10:00:00+08:00'),
  until: null,
};
const at = (time: string, day = '02'): Date => new Date(`2026-03-${day}T${time}:00+08:00`);
const begins = (windows: readonly { readonly from: Date }[]): readonly string[] =>
  windows.map(({ from }) => new Date(from.getTime() + 8 * 3_600_000).toISOString().slice(8, 16));

describe('the rounds of a video patrol', () => {
  it('come at their hours, in order', () => {
    expect(begins(windowsOn(schedule, '2026-03-02'))).toEqual(['02T08:00', '02T12:00', '02T17:00', '02T22:00']);
  });

  it('begin when the list was made and stop when it ended', () => {
    expect(begins(windowsOn(schedule, '2026-03-01'))).toEqual(['01T12:00', '01T17:00', '01T22:00']);
    const ended = { ...schedule, until: at('15:00') };
    expect(begins(windowsOn(ended, '2026-03-02'))).toEqual(['02T08:00', '02T12:00']);
    expect(windowsOn(ended, '2026-03-03')).toEqual([]);
  });

  it.each([
    ['07:59', undefined],
    ['08:00', '02T08:00'],
    ['08:59', '02T08:00'],
    ['09:00', undefined],
    ['22:30', '02T22:00'],
  ])('at %s the round to sign is %s', (time, begin) => {
    const due = dueWindow(schedule, at(time));
    expect(due && begins([due])[0]).toBe(begin);
  });

  it('may last over midnight: then they are signed, and missed, on the next day', () => {
    const nightly = { ...schedule, windows: ['22:00-06:00'] };
    const night = { from: at('22:00'), to: at('06:00', '03') };
    expect(windowsOn(nightly, '2026-03-02')).toEqual([night]);
    expect(dueWindow(nightly, at('05:59', '03'))).toEqual(night);
    expect(dueWindow(nightly, at('06:00', '03'))).toBeUndefined();
    expect(begins(roundsOf(nightly, '2026-03-03', at('05:59', '03')))).toEqual(['02T22:00', '03T22:00']);
    expect(begins(roundsOf(nightly, '2026-03-03', at('06:00', '03')))).toEqual(['03T22:00']);
    const span = { from: at('00:00'), to: at('00:00', '03') };
    expect(begins(missedBetween(nightly, span, new Set(), at('05:59', '03')))).toEqual([]);
    expect(begins(missedBetween(nightly, span, new Set(), at('06:00', '03')))).toEqual(['02T22:00']);
  });

  it('go from to come over due to missed where nobody signs, and stay signed where somebody did', () => {
    const window = { from: at('08:00'), to: at('09:00') };
    const states = (signed: boolean) =>
      [at('07:00'), at('08:30'), at('09:00')].map((now) => roundState(window, signed, now));
    expect(states(false)).toEqual(['to-come', 'due', 'missed']);
    expect(states(true)).toEqual(['signed', 'signed', 'signed']);
  });

  it('that were missed are told by the day', () => {
    const span = { from: at('00:00', '01'), to: at('00:00', '03') };
    const signed = new Set([at('17:00', '01').getTime(), at('08:00').getTime()]);
    expect(begins(missedBetween(schedule, span, signed, at('14:00')))).toEqual(['01T12:00', '01T22:00', '02T12:00']);
  });
});
