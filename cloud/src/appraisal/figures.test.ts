import { describe, expect, it, test } from '@jest/globals';
import { appraisalSchema } from '../playbooks/practice.js';
import { type AppraisedMatter, countedAs, figuresByUnit, figuresOf, specialOf, spreadOf } from './figures.js';

const OPENED = new Date('2019-03-01T00:00:00Z');
const MINUTE = 60_000;
const later = (minutes: number): Date => new Date(OPENED.getTime() + minutes * MINUTE);

const rule = appraisalSchema.parse({
  period: 'year',
  points: [{ fact: 'settled-in-time', points: 1 }],
  closingRate: {},
}).closingRate;

const matter = (wish: Partial<AppraisedMatter> = {}): AppraisedMatter => ({
  ...{ compound: 'c1', unit: 'town/v1', state: 'closed', exercise: false, merged: false, falseAlarm: false },
  ...{ confirmed: true, police: true, overdue: false, steps: ['acknowledge', 'accept', 'resolve', 'close'] },
  ...{ openedAt: OPENED, acknowledgedAt: later(2), closedAt: later(60) },
  ...wish,
});
const open: Partial<AppraisedMatter> = { state: 'accepted', closedAt: null, steps: ['acknowledge', 'accept'] };
const many = (count: number, wish: Partial<AppraisedMatter> = {}): AppraisedMatter[] =>
  Array.from({ length: count }, () => matter(wish));

describe('a closing rate', () => {
  test.each([
    ['reopened', { steps: ['resolve', 'close', 'reopen', 'accept', 'resolve', 'close'] }, 'open'],
    ['merged', { merged: true }, 'left-out'],
    ['returned', { ...open, state: 'returned' }, 'open'],
    ['exercise', { exercise: true }, 'left-out'],
    ['falseAlarm', { falseAlarm: true }, 'left-out'],
  ] as const)('counts what is %s as its rule says', (special, wish, usual) => {
    const one = matter(wish);
    expect(specialOf(one)).toBe(special);
    expect(countedAs(one, rule)).toBe(usual);
    expect(countedAs(one, { ...rule, [special]: 'as-closed' })).toBe('closed');
    expect(countedAs(one, { ...rule, [special]: 'as-open' })).toBe('open');
    expect(countedAs(one, { ...rule, [special]: 'left-out' })).toBe('left-out');
  });

  it('is none where nothing was received', () => {
    expect(figuresOf(many(3, { exercise: true }), [], rule).closingRate).toBeNull();
  });
});

describe('the figures of the reports', () => {
  it('Shuocheng: of 11,152 matters received 11,059 are closed, a closing rate of 99.2 %', () => {
    const year = [
      ...many(11_059),
      ...many(93, open),
      ...many(120, { exercise: true }),
      ...many(40, { merged: true }),
      ...many(75, { falseAlarm: true }),
    ];
    const { received, closed, closingRate, special } = figuresOf(year, [], rule);
    expect({ received, closed }).toEqual({ received: 11_152, closed: 11_059 });
    expect(((closingRate ?? 0) * 100).toFixed(1)).toBe('99.2');
    expect(special).toMatchObject({ exercise: 120, merged: 40, falseAlarm: 75 });
  });

  it('Jinhua: more than 70 % of 148 compounds had no case at all, whatever else happened there', () => {
    const compounds = Array.from({ length: 148 }, (_, index) => `c${index}`);
    const year = [
      ...compounds.slice(0, 44).map((compound) => matter({ compound })),
      ...compounds.slice(44, 80).map((compound) => matter({ compound, falseAlarm: true })),
      ...compounds.slice(80, 100).map((compound) => matter({ compound, confirmed: false })),
      ...compounds.slice(100, 120).map((compound) => matter({ compound, police: false })),
      ...compounds.slice(120).map((compound) => matter({ compound, exercise: true })),
    ];
    const { zeroCompounds, compounds: all } = figuresOf(year, compounds, rule);
    expect({ zeroCompounds, all }).toEqual({ zeroCompounds: 104, all: 148 });
    expect(zeroCompounds / all).toBeGreaterThan(0.7);
  });

  it('Jinhua: 2,918 case-free villages are 90 %', () => {
    const villages = Array.from({ length: 3242 }, (_, index) => `jinhua/v${index}`);
    const struck = villages.slice(2918);
    const year = struck.map((unit) => matter({ unit: `${unit}/b1` }));
    const figures = figuresByUnit(villages, { matters: year, compounds: [], rule });
    const free = figures.filter(({ cases }) => cases === 0).length;
    expect(free).toBe(2918);
    expect(Math.round((free / villages.length) * 100)).toBe(90);
  });
});

describe('times', () => {
  it('are measured ones: the median, and what nine in ten do not exceed', () => {
    const spans = Array.from({ length: 10 }, (_, index) => (index + 1) * MINUTE);
    expect(spreadOf(spans)).toEqual({ p50: 5 * MINUTE, p90: 9 * MINUTE });
    expect(spreadOf([7])).toEqual({ p50: 7, p90: 7 });
    expect(spreadOf([])).toEqual({ p50: null, p90: null });
  });

  it('count what has happened: an open matter has no time to its closing', () => {
    const { acknowledge, close, overdue } = figuresOf([matter(), matter({ ...open, overdue: true })], [], rule);
    expect(acknowledge).toEqual({ p50: 2 * MINUTE, p90: 2 * MINUTE });
    expect(close).toEqual({ p50: 60 * MINUTE, p90: 60 * MINUTE });
    expect(overdue).toBe(1);
  });
});

describe('the figures by unit', () => {
  it('count what lies in a unit and below it, and not what lies in one with a longer name', () => {
    const matters = [matter({ unit: 'town/v1/b3' }), matter({ unit: 'town/v1' }), matter({ unit: 'town/v10' })];
    const compounds = [
      { compound: 'c1', path: 'town/v1/b3' },
      { compound: 'c1', path: 'town/v1/b4' },
      { compound: 'c2', path: 'town/v10' },
    ];
    const [first, tenth] = figuresByUnit(['town/v1', 'town/v10'], { matters, compounds, rule });
    expect(first).toMatchObject({ received: 2, compounds: 1, zeroCompounds: 0 });
    expect(tenth).toMatchObject({ received: 1, compounds: 1, zeroCompounds: 1 });
  });
});
