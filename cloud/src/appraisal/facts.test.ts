import { describe, expect, it, test } from '@jest/globals';
import { openGovernance } from '../playbooks/governance.js';
import { appraisalFacts, appraisalSchema } from '../playbooks/practice.js';
import { type AppraisedIncident, type AppraisedLeg, factsOf } from './facts.js';
import { pointsFor, starsOf } from './points.js';

const T0 = Date.parse('2020-02-10T12:00:00Z');
const at = (minutes: number): Date => new Date(T0 + minutes * 60_000);
const { playbooks } = await openGovernance({
  playbook: 'suxi',
  folder: undefined,
  calendar: undefined,
  timeZone: 'Asia/Shanghai',
});
const suxi = playbooks.get('suxi')?.appraisal ?? never();

function never(): never {
  throw new Error('suxi has no appraisal');
}

const head = { account: 'a1', role: 'grid-member', duty: 'unit-head' } as const;
const leg = (wish: Partial<AppraisedLeg> = {}): AppraisedLeg => ({
  ...{ role: 'level-3', rung: 0, unit: 'suxi/v1/row', state: 'resolved', holder: head },
  ...{ answerBy: at(5), acknowledgedAt: at(1), settleAt: null, endedAt: at(12) },
  ...wish,
});
const incident = (wish: Partial<AppraisedIncident> = {}): AppraisedIncident => ({
  ...{ id: 'i1', compound: 'c1', unit: 'suxi/v1/row', closed: true, falseAlarm: false, merged: false },
  ...{ exercise: false, restricted: false, legs: [leg()], reopenedAt: null },
  ...wish,
});
const kindsOf = (of: AppraisedIncident, kind: 'unit' | 'duty-holder' = 'unit') =>
  factsOf(of).flatMap(({ fact, subject }) => (subject.kind === kind ? [fact] : []));

describe('the noodle shop of Suxi', () => {
  it('earns its level-3 unit and the head of it three points each: come at once, settled where it was raised', () => {
    const facts = factsOf(incident());
    expect(kindsOf(incident())).toEqual(['acknowledged-in-time', 'settled-where-raised']);
    const points = (kind: string): number[] =>
      facts.filter(({ subject }) => subject.kind === kind).map((fact) => pointsFor(fact, suxi));
    expect(points('unit')).toEqual([1, 2]);
    expect(points('duty-holder')).toEqual([1, 2]);
    expect(facts.every(({ id }) => id.startsWith('incident:i1/'))).toBe(true);
  });

  it('earns nothing for having been settled where it climbed', () => {
    const climbed = incident({
      legs: [
        leg(),
        leg({ rung: 1, unit: 'suxi/v1', state: 'sent', acknowledgedAt: null, endedAt: null, holder: null }),
      ],
    });
    expect(kindsOf(climbed)).toEqual(['acknowledged-in-time']);
  });
});

describe('a fact', () => {
  it('is verified when the incident is closed, and not when somebody says that it is settled', () => {
    const settled = { legs: [leg({ settleAt: at(60) })] };
    expect(kindsOf(incident({ ...settled, closed: false }))).toEqual(['acknowledged-in-time']);
    expect(kindsOf(incident(settled))).toContain('settled-in-time');
    expect(kindsOf(incident({ legs: [leg({ settleAt: at(10) })] }))).toContain('settled-late');
    expect(kindsOf(incident({ ...settled, falseAlarm: true }))).toEqual(['acknowledged-in-time']);
    expect(kindsOf(incident({ ...settled, merged: true }))).toEqual(['acknowledged-in-time']);
  });

  it('is timely only where there was a time', () => {
    expect(kindsOf(incident({ closed: false, legs: [leg({ answerBy: null })] }))).toEqual([]);
    expect(kindsOf(incident({ closed: false, legs: [leg({ acknowledgedAt: at(6) })] }))).toEqual(['acknowledged-late']);
  });

  it('counts once for a subject, however many pushes told it', () => {
    const told = [leg(), leg({ role: 'responsible-officer', acknowledgedAt: at(8) }), leg({ acknowledgedAt: at(2) })];
    const facts = factsOf(incident({ closed: false, legs: told }));
    expect(facts.map(({ subject, fact }) => [subject.kind, fact])).toEqual([
      ['unit', 'acknowledged-in-time'],
      ['duty-holder', 'acknowledged-in-time'],
    ]);
  });

  it('is a demerit where it was passed on, or was open again after it was settled', () => {
    expect(kindsOf(incident({ closed: false, legs: [leg({ state: 'handed-over' })] }))).toContain('passed-on');
    expect(kindsOf(incident({ closed: false, reopenedAt: at(30) }))).toContain('reopened');
  });

  it('is, of what was open again, the demerit of who had settled it, and the point of who settled it then', () => {
    const other = { ...head, account: 'a2' };
    const legs = [
      leg({ settleAt: at(60) }),
      leg({ role: 'reopened', holder: other, answerBy: null, settleAt: at(90), endedAt: at(80) }),
    ];
    const earned = factsOf(incident({ legs, reopenedAt: at(30) })).flatMap(({ fact, subject }) =>
      subject.kind === 'duty-holder' && fact !== 'acknowledged-in-time' ? [[subject.account, fact]] : [],
    );
    expect(earned).toEqual([
      ['a1', 'reopened'],
      ['a2', 'settled-in-time'],
    ]);
  });

  it('is one of a rectification, by its own deadline', () => {
    const order = { role: 'rectification', answerBy: null, settleAt: at(10), endedAt: at(12) };
    expect(kindsOf(incident({ legs: [leg(order)] }))).toEqual(['rectified-late']);
    expect(kindsOf(incident({ legs: [leg({ ...order, endedAt: at(9) })] }))).toEqual(['rectified-in-time']);
  });

  it('is none in an exercise and none of what is restricted', () => {
    expect(factsOf(incident({ exercise: true }))).toEqual([]);
    expect(factsOf(incident({ restricted: true }))).toEqual([]);
  });

  it('is of the unit alone where a group answered by its link', () => {
    expect(factsOf(incident({ legs: [leg({ holder: null })] })).every(({ subject }) => subject.kind === 'unit')).toBe(
      true,
    );
  });
});

describe('points', () => {
  test.each(['report-made', 'reports', 'tip', 'resident-behaved'])('cannot be given for %s', (fact) => {
    const wish = { period: 'quarter', points: [{ fact, points: 1 }], closingRate: {} };
    expect(appraisalSchema.safeParse(wish).success).toBe(false);
    expect((appraisalFacts as readonly string[]).includes(fact)).toBe(false);
  });

  it('are none for a fact that the playbook does not name', () => {
    expect(pointsFor({ fact: 'training-held' }, suxi)).toBe(0);
  });

  it('begin with the book of twelve, and make stars by quarter', () => {
    expect([-1, 0, 11, 12, 84, 1000].map((earned) => starsOf(earned, suxi))).toEqual([0, 1, 1, 2, 5, 5]);
    expect(starsOf(100, { book: 0, stars: [] })).toBeNull();
  });
});
