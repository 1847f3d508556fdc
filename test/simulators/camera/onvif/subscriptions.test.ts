import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@angrid/runtime';
import type { Notification } from './notification.js';
import { SoapFault } from './soap.js';
import { Subscriptions } from './subscriptions.js';

const NEVER = new AbortController().signal;

function motion(n: number, topic = 'tns1:VideoSource/MotionAlarm'): Notification {
  return { topic, utcTime: n, operation: 'Changed', source: { Source: 'V' }, data: { State: n % 2 === 1 } };
}

function pullPoint(filter?: string): {
  clock: VirtualClock;
  all: Subscriptions;
  point: ReturnType<Subscriptions['create']>;
} {
  const clock = new VirtualClock();
  const all = new Subscriptions(clock);
  const point = all.create(filter);
  point.prolong(60_000, clock.wall());
  return { clock, all, point };
}

describe('a pull', () => {
  it('answers at once with what waits, oldest first, up to its limit', async () => {
    const { all, point } = pullPoint();
    for (const n of [1, 2, 3]) all.publish(motion(n));
    expect(await point.pull(10_000, 2, NEVER)).toEqual([motion(1), motion(2)]);
    expect(await point.pull(10_000, 2, NEVER)).toEqual([motion(3)]);
  });

  it('waits for the first event', async () => {
    const { clock, all, point } = pullPoint();
    const pull = point.pull(10_000, 10, NEVER);
    await clock.advance(9_999);
    all.publish(motion(1));
    expect(await pull).toEqual([motion(1)]);
  });

  it('ends empty after its timeout', async () => {
    const { clock, point } = pullPoint();
    const ended: unknown[] = [];
    void point.pull(10_000, 10, NEVER).then((messages) => ended.push(messages));
    await clock.advance(9_999);
    expect(ended).toEqual([]);
    await clock.advance(1);
    expect(ended).toEqual([[]]);
  });

  it('leaves the events in place when its client is gone', async () => {
    const { all, point } = pullPoint();
    const client = new AbortController();
    const pull = point.pull(10_000, 10, client.signal);
    client.abort();
    expect(await pull).toEqual([]);
    all.publish(motion(1));
    expect(await point.pull(0, 10, NEVER)).toEqual([motion(1)]);
  });

  it('is ended by the next pull, which gets the event', async () => {
    const { all, point } = pullPoint();
    const first = point.pull(10_000, 10, NEVER);
    const second = point.pull(10_000, 10, NEVER);
    expect(await first).toEqual([]);
    all.publish(motion(1));
    expect(await second).toEqual([motion(1)]);
  });

  it('gets a fault when the camera forgets the subscription', async () => {
    const { all, point } = pullPoint();
    const pull = point.pull(10_000, 10, NEVER);
    all.removeAll();
    await expect(pull).rejects.toThrow(SoapFault);
    expect(() => all.get(point.id)).toThrow('Resource unknown');
  });
});

describe('a subscription', () => {
  it('ends with its time', async () => {
    const { clock, all } = pullPoint();
    await clock.advance(59_999);
    expect(all.size).toBe(1);
    await clock.advance(1);
    expect(all.size).toBe(0);
  });

  it('lives on when it is prolonged', async () => {
    const { clock, all, point } = pullPoint();
    await clock.advance(50_000);
    point.keepAlive(clock.wall());
    expect(point.terminatesAt).toBe(clock.wall() + 60_000);
    await clock.advance(59_999);
    expect(all.size).toBe(1);
  });

  it('has a copy of every event of its own', async () => {
    const { all, point } = pullPoint();
    const other = all.create(undefined);
    all.publish(motion(1));
    expect([await point.pull(0, 10, NEVER), await other.pull(0, 10, NEVER)]).toEqual([[motion(1)], [motion(1)]]);
  });

  it.each([
    ['tns1:VideoSource/MotionAlarm', true],
    ['tns1:VideoSource//.', true],
    ['tns1:Device//.|tns1:VideoSource//.', true],
    ['tns1:Device//.', false],
    ['tns1:Video//.', false],
  ])('with the filter %s takes a motion alarm: %s', async (filter, taken) => {
    const { all, point } = pullPoint(filter);
    all.publish(motion(1));
    expect(await point.pull(0, 10, NEVER)).toHaveLength(taken ? 1 : 0);
  });

  it('keeps the newest thousand events and counts the others', async () => {
    const { all, point } = pullPoint();
    for (let n = 1; n <= 1_002; n += 1) all.publish(motion(n));
    expect((await point.pull(0, 1, NEVER))[0]?.utcTime).toBe(3);
    expect(point.dropped).toBe(2);
  });
});
