import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { samplePush } from '../../testing/channel-samples.js';
import type { Push } from './channel.js';
import { DIGEST_AT_MOST, planSends } from './limits.js';

/** A minute that is neither an hour nor a half-hour. */
const NOW = Date.parse('2026-03-01T02:07:00Z');
const calm = { sentAt: [], blockedUntil: undefined };
const pushes = (count: number, severity: 1 | 2 | 3 | 4 = 2, from = 0): readonly Push[] =>
  Array.from({ length: count }, (_, index) => samplePush(`s${severity}-${from + index}`, { severity }));
const ago = (count: number, ms: number): number[] => Array.from({ length: count }, () => NOW - ms);
const sizes = (plan: ReturnType<typeof planSends>): readonly number[] => plan.sends.map(({ length }) => length);

describe('what a robot says, and when', () => {
  it('is one card a matter while five or fewer wait', () => {
    expect(sizes(planSends('wecom', pushes(5), calm, NOW))).toEqual([1, 1, 1, 1, 1]);
  });

  it('is a digest where more wait', () => {
    expect(sizes(planSends('wecom', pushes(6), calm, NOW))).toEqual([6]);
    expect(sizes(planSends('dingtalk', pushes(DIGEST_AT_MOST + 2), calm, NOW))).toEqual([DIGEST_AT_MOST, 1, 1]);
  });

  it('keeps severity 1 out of the digest, and first', () => {
    const plan = planSends('wecom', [...pushes(7), ...pushes(2, 1)], calm, NOW);
    expect(sizes(plan)).toEqual([1, 1, 7]);
    expect(plan.sends[0]?.[0].message.severity).toBe(1);
  });

  it('keeps four of the minute free for severity 1', () => {
    const pace = { ...calm, sentAt: ago(14, 30_000) };
    const plan = planSends('wecom', [...pushes(1), ...pushes(5, 1)], pace, NOW);
    expect(plan.sends.map(([push]) => push.key)).toEqual(['s1-0', 's1-1', 's1-2', 's1-3']);
    expect(plan.waiting.get('s1-4')).toMatchObject({ until: new Date(NOW + 30_000), reason: 'rate' });
    expect([...plan.waiting.keys()].sort()).toEqual(['s1-4', 's2-0']);
  });

  it('says nothing while the robot is blocked, not even severity 1', () => {
    const blockedUntil = NOW + 300_000;
    const plan = planSends('dingtalk', pushes(2, 1), { ...calm, blockedUntil }, NOW);
    expect(plan.sends).toEqual([]);
    expect(plan.waiting.get('s1-0')).toEqual({ state: 'waiting', until: new Date(blockedUntil), reason: 'blocked' });
  });

  it('keeps away from the hour and the half-hour at Feishu, but for severity 1', () => {
    const hour = Date.parse('2026-03-01T02:30:04Z');
    const plan = planSends('feishu', [...pushes(1), ...pushes(1, 1)], calm, hour);
    expect(plan.sends.map(([push]) => push.key)).toEqual(['s1-0']);
    expect(plan.waiting.get('s2-0')).toMatchObject({ until: new Date('2026-03-01T02:30:15Z'), reason: 'rush' });
  });

  it('has no limit for what is no robot: a platform is told each by itself, a mailbox in digests', () => {
    expect(sizes(planSends('webhook', pushes(60), calm, NOW))).toHaveLength(60);
    expect(sizes(planSends('email', [...pushes(60), ...pushes(2, 1)], calm, NOW))).toEqual([1, 1, 12, 12, 12, 12, 12]);
  });

  it('never exceeds the limit in any minute or second, loses nothing, and ends', () => {
    const arrivals = fc.array(
      fc.record({ at: fc.integer({ min: 0, max: 90_000 }), severity: fc.constantFrom(1, 2, 3) }),
      { maxLength: 150 },
    );
    fc.assert(
      fc.property(fc.constantFrom('wecom', 'feishu'), arrivals, (channel, come) => {
        const sent: number[] = [];
        const said = new Set<string>();
        let queue: readonly Push[] = [];
        let sentAt: readonly number[] = [];
        for (let at = 0; at <= 90_000 || queue.length > 0; at += 500) {
          const fresh = come.filter((each) => each.at > at - 500 && each.at <= at);
          queue = [...queue, ...fresh.map(({ severity }, i) => samplePush(`${at}/${i}`, { severity: severity as 1 }))];
          const plan = planSends(channel as 'wecom', queue, { sentAt, blockedUntil: undefined }, NOW + at);
          sent.push(...plan.sends.map(() => NOW + at));
          for (const push of plan.sends.flat()) said.add(push.key);
          expect(plan.waiting.size + plan.sends.flat().length).toBe(queue.length);
          expect([...plan.waiting.values()].every(({ until }) => until.getTime() > NOW + at)).toBe(true);
          queue = queue.filter(({ key }) => !said.has(key));
          ({ sentAt } = plan);
        }
        expect(queue).toEqual([]);
        const most = channel === 'wecom' ? 18 : 90;
        for (const from of sent) {
          expect(sent.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(most);
          if (channel === 'feishu') {
            expect(sent.filter((at) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(4);
          }
        }
      }),
      { numRuns: 8 },
    );
  });
});
