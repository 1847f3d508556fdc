import { describe, expect, it } from '@jest/globals';
import type { EventItem, HealthItem } from '@angrid/contract';
import { VirtualClock } from '@angrid/runtime';
import { SignedGateway } from '../../testing/signed-gateway.js';
import { GatewayItems, type Happening } from '../../testing/gateway-items.js';
import { TelemetryCollector } from './collector.js';
import { measured } from './measure.js';

const START = '2026-03-01T02:00:20Z';
const clock = new VirtualClock(START);
const items = new GatewayItems(new SignedGateway(clock));
const received = new Date(START);
const numbered = <T>(item: unknown): T => ({ bootepoch: 1, sequence: 1, ...(item as object) }) as T;
const event = (more: Partial<Happening>): EventItem =>
  numbered(items.event({ kind: 'door.opened', device: 'door', at: received, ...more }));
const arrived = received.getTime() + 350;

describe('what an item measures', () => {
  it('of a door is that it happened, and how long it took to the cloud', () => {
    expect(measured(event({}), 'c1', arrived)).toEqual([
      { series: 'delivery.latency', compound: 'c1', subject: 'door', value: 350 },
      { series: 'door.events', compound: 'c1', subject: 'door', value: 1 },
    ]);
  });

  it('of a camera is only how long it took', () => {
    const seen = measured(event({ kind: 'motion.started', device: 'cam' }), 'c1', arrived);
    expect(seen.map(({ series }) => series)).toEqual(['delivery.latency']);
  });

  it('is nothing where it tells of the past, or is a drill', () => {
    expect(measured(event({ late: true }), 'c1', arrived)).toEqual([]);
    expect(measured(event({ exercise: true }), 'c1', arrived)).toEqual([]);
  });

  it('is never a time below zero, whatever the gateway takes for the time', () => {
    expect(measured(event({}), 'c1', received.getTime() - 5000)[0]?.value).toBe(0);
  });

  it('of a health report is what waits, and how far the clocks are off', () => {
    const pending = { alarm: 1, record: 20, media: 300, quarantined: 7, bytes: 0 };
    const since = received.toISOString();
    const devices = [
      { device: 'door', state: 'online' as const, since, clockSkewMs: -1200 },
      { device: 'cam', state: 'online' as const, since },
    ];
    const health = numbered<HealthItem>(items.health(received, { pending, devices }));
    expect(measured(health, 'c1', arrived).map(({ series, value }) => [series, value])).toEqual([
      ['gateway.pending', 321],
      ['clock.skew', 1200],
    ]);
  });
});

describe('the collector', () => {
  const one = { series: 'delivery.latency', compound: 'c1', subject: 'door' } as const;

  it('adds up a minute, and gives it away once, when it is over', async () => {
    const time = new VirtualClock(START);
    const collector = new TelemetryCollector(time);
    for (const value of [5, 40, 15]) collector.add({ ...one, value });
    collector.add({ ...one, subject: 'gate', value: 1 });
    expect(collector.take()).toEqual([]);
    await time.advance(60_000);
    collector.add({ ...one, value: 2 });
    const at = new Date('2026-03-01T02:00:00Z');
    expect(collector.take()).toEqual([
      { ...one, at, count: 3, sum: 60, max: 40 },
      { ...one, subject: 'gate', at, count: 1, sum: 1, max: 1 },
    ]);
    expect(collector.take()).toEqual([]);
    expect(collector.take(true)).toEqual([{ ...one, at: new Date('2026-03-01T02:01:00Z'), count: 1, sum: 2, max: 2 }]);
  });
});
