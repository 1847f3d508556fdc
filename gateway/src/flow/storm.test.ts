import { type EventKind, ruleDefaults, type StormLimits } from '@angrid/contract';
import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { draftOf, type NormalisedEvent } from '../normalise/index.js';
import type { StateWrite } from '../outbox/outbox.js';
import { at, event, type EventOptions } from '../rules/timeline.fixture.js';
import { readWindow } from './storm-window.js';
import { Storm } from './storm.js';

const limits: StormLimits = {
  alarm: { burst: 3, perSecond: 1 },
  record: { burst: 5, perSecond: 2 },
  windowSeconds: 10,
};

/** What the pipeline does with it: one commit for each event, then `commit`; and a disk that outlives the process. */
class Bench {
  readonly told: NormalisedEvent['item'][] = [];
  readonly disk = new Map<string, string>();
  readonly seen = new Set<string>();
  private storm = new Storm();
  private second = 0;
  private sent = 0;

  constructor(private readonly bounds = limits) {}

  send(kind: EventKind, options: EventOptions & { readonly times?: number } = {}): this {
    for (let n = 0; n < (options.times ?? 1); n += 1) {
      this.sent += 1;
      this.take(event(kind, at(this.second), { id: `${this.sent}`, ...options }));
    }
    return this;
  }

  /** One event as it comes; the same one may come again. */
  take(one: NormalisedEvent): void {
    const { count, commit } = this.storm.admit('door-1', one, this.bounds);
    if (this.seen.has(one.item.id)) return;
    this.seen.add(one.item.id);
    if (count === undefined) this.told.push(one.item);
    else this.write(count);
    commit();
  }

  until(second: number): this {
    while (this.second < second) {
      this.second += 1;
      this.summarise(this.bounds);
    }
    return this;
  }

  /** The process ends without a word. */
  async restart(): Promise<void> {
    this.storm = await Storm.load({ states: async () => new Map(this.disk) });
  }

  close(): this {
    this.summarise();
    return this;
  }

  /** `door.forced` for one event, `door.forced x12` for one that stands for twelve. */
  get lines(): string[] {
    return this.told.map(({ data }) =>
      [data.kind, data.channel, data.attributes?.['count'] && `x${data.attributes['count']}`].filter(Boolean).join(' '),
    );
  }

  get counted(): number {
    return this.told.reduce((sum, { data }) => sum + Number(data.attributes?.['count'] ?? 1), 0);
  }

  get sentInAll(): number {
    return this.seen.size;
  }

  private summarise(bounds?: StormLimits): void {
    for (const { event: one, ending, commit } of this.storm.due('door-1', at(this.second), bounds)) {
      expect(this.told.map(({ id }) => id)).not.toContain(one.item.id);
      this.told.push(one.item);
      this.write(ending);
      commit();
    }
  }

  private write({ key, json }: StateWrite): void {
    if (json === null) this.disk.delete(key);
    else this.disk.set(key, json);
  }
}

const bench = () => new Bench();

describe('a device within its share', () => {
  it('is told event for event', () => {
    const told = bench();
    for (let second = 0; second < 60; second += 1) told.until(second).send('door.opened').send('door.closed');
    expect(told.lines).toHaveLength(120);
    expect(told.disk.size).toBe(0);
  });

  it('has a share of each lane: passages leave room for alarms', () => {
    const told = bench().send('access.granted', { times: 50 }).send('tamper.device').send('tamper.reader');
    expect(told.lines.slice(-2)).toEqual(['tamper.device', 'tamper.reader']);
    expect(told.send('door.forced', { times: 9 }).until(10).lines).toContain('door.forced x7');
  });
});

describe('a device beyond its share', () => {
  it('has equal events told as one with their count and span when the window is over', () => {
    const told = bench().send('door.closed', { channel: '1', times: 3 });
    told.send('door.closed', { channel: '1', times: 40 }).until(4).send('door.closed', { channel: '1', times: 2 });
    expect(told.lines).toHaveLength(3);
    told.until(9);
    expect(told.lines).toHaveLength(3);
    told.until(10);
    expect(told.lines.slice(3)).toEqual(['door.closed 1 x42']);
    expect(told.told.at(-1)).toMatchObject({
      time: '2026-01-01T00:00:00.000Z',
      lane: 'alarm',
      data: {
        gatewayTime: at(4),
        dedup: { rule: 'gateway' },
        attributes: { count: 42, fromMs: Date.parse(at(0).wall), toMs: Date.parse(at(4).wall) },
      },
    });
    expect(told.disk.size).toBe(0);
  });

  it('tells kinds, doors and codes apart', () => {
    const told = bench().send('door.closed', { times: 3 });
    told.send('door.closed', { channel: '1', times: 2 }).send('door.closed', { channel: '2', times: 3 });
    told.send('fire.released').send('tamper.device_ended', { channel: '1' }).until(10);
    expect(told.lines.slice(3)).toEqual([
      'fire.released',
      'door.closed 1 x2',
      'door.closed 2 x3',
      'tamper.device_ended 1 x1',
    ]);
  });

  it('has the first of each alerting kind and door told at once, once a window', () => {
    const told = bench().send('door.closed', { times: 3 }).send('door.forced', { channel: '1', times: 500 });
    told.send('tamper.device').send('door.forced', { channel: '2' });
    expect(told.lines.slice(3)).toEqual(['door.forced 1', 'tamper.device', 'door.forced 2']);
    expect(told.until(10).lines.slice(6)).toEqual(['door.forced 1 x499']);
  });

  it('has all its windows told together, in the order of their last events, and nothing passes them', () => {
    const told = bench().send('door.closed', { times: 4 }).until(4).send('door.opened').until(6).send('door.closed');
    told.until(7).send('door.opened').until(9);
    expect(told.lines).toEqual(['door.closed', 'door.closed', 'door.closed']);
    expect(told.until(10).lines.slice(3)).toEqual(['door.closed x2', 'door.opened x2']);
  });

  it('is told event for event again when it has calmed down', () => {
    const told = bench().send('door.closed', { times: 50 }).until(20);
    const before = told.lines.length;
    expect(told.send('door.closed', { times: 3 }).lines.slice(before)).toEqual([
      'door.closed',
      'door.closed',
      'door.closed',
    ]);
  });

  it('cannot get round it with ever new doors: then a kind is one', () => {
    const told = bench();
    for (let n = 0; n < 2000; n += 1)
      told.send('door.forced', { channel: `c${n}` }).send('door.closed', { channel: `c${n}` });
    told.until(10);
    expect(told.lines.length).toBeLessThan(80);
    expect(told.counted).toBe(4000);
    expect(told.lines.filter((line) => /^door\.forced x\d{4}$/.test(line))).toHaveLength(1);
  });

  test.each(['fire.input', 'fire.released'] as const)('is told of %s each time', (kind) => {
    expect(bench().send(kind, { times: 300 }).lines).toHaveLength(300);
  });

  it('is told of what comes late, and of drills, each time, and at no cost', () => {
    const told = bench()
      .send('door.closed', { times: 100, late: true })
      .send('door.forced', { times: 100, exercise: true });
    expect(told.send('door.closed', { times: 3 }).lines).toHaveLength(203);
  });
});

describe('what is counted', () => {
  it('is on disk before anything else happens, and goes on after a restart', async () => {
    const told = bench().send('door.closed', { times: 10 });
    expect([...told.disk.values()].map((json) => readWindow(json)?.count)).toEqual([7]);
    await told.restart();
    told.until(10);
    expect(told.lines).toEqual(['door.closed', 'door.closed', 'door.closed', 'door.closed x7']);
  });

  it('is told when the gateway ends in good order', () => {
    expect(bench().send('door.closed', { times: 5 }).close().lines.slice(3)).toEqual(['door.closed x2']);
  });

  it('does not count an event twice that comes twice', () => {
    const told = bench().send('door.closed', { times: 3 });
    const again = event('door.closed', at(0), { id: 'again' });
    for (let n = 0; n < 4; n += 1) told.take(again);
    expect(told.close().counted).toBe(4);
  });

  it('does not open a window by an alert that is not stored: its next attempt passes', () => {
    const storm = new Storm();
    const tight = { ...limits, alarm: { burst: 1, perSecond: 0.001 } };
    storm.admit('door-1', event('door.closed', at(0)), tight).commit();
    const forced = event('door.forced', at(1));
    const refused = storm.admit('door-1', forced, tight);
    const next = storm.admit('door-1', forced, tight);
    expect([refused.count, next.count]).toEqual([undefined, undefined]);
    next.commit();
    expect(storm.admit('door-1', event('door.forced', at(2)), tight).count).toBeDefined();
  });

  it('is as much as was sent, whatever is sent and whenever the process ends', async () => {
    const acts = fc.array(
      fc.oneof(
        {
          weight: 8,
          arbitrary: fc.record({
            kind: fc.constantFrom<EventKind>(
              'door.forced',
              'door.closed',
              'door.opened',
              'access.denied',
              'fire.input',
              'motion.started',
            ),
            channel: fc.constantFrom('1', '2'),
            times: fc.integer({ min: 1, max: 30 }),
          }),
        },
        { weight: 3, arbitrary: fc.record({ pass: fc.integer({ min: 1, max: 15 }) }) },
        { weight: 1, arbitrary: fc.constant('restart' as const) },
      ),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(acts, async (list) => {
        const told = bench();
        let now = 0;
        for (const act of list) {
          if (act === 'restart') await told.restart();
          else if ('pass' in act) told.until((now += act.pass));
          else told.send(act.kind, act);
        }
        await told.restart();
        told.until(now + limits.windowSeconds + 1);
        expect(told.counted).toBe(told.sentInAll);
        expect(told.disk.size).toBe(0);
        expect(new Set(told.told.map(({ id }) => id)).size).toBe(told.told.length);
      }),
    );
  });

  it('fits in an item, however long its texts are', () => {
    const long = event('door.closed', at(0));
    const { data } = long.item;
    const attributes = Object.fromEntries(Array.from({ length: 24 }, (_, n) => [`a${n}`, 'x'.repeat(128)]));
    const told = new Bench({ ...limits, alarm: { burst: 1, perSecond: 0.001 } }).send('door.closed');
    told.take({ item: { ...long.item, data: { ...data, attributes, deviceSequence: 7 } } });
    const summary = told.close().told.at(-1);
    expect(Object.keys(summary?.data.attributes ?? {})).toHaveLength(24);
    expect(summary?.data.deviceSequence).toBeUndefined();
    expect(draftOf({ item: summary as NormalisedEvent['item'] }).json.length).toBeLessThan(16 * 1024);
  });

  it('of a state that cannot be read is left aside', async () => {
    const storm = await Storm.load({ states: async () => new Map([['storm/door-1/x', '{"version":2}']]) });
    expect([...storm.due('door-1', at(99))]).toEqual([]);
  });
});

it('leaves ten events a second of each lane alone where the site does not say otherwise', () => {
  const told = new Bench(ruleDefaults.storm);
  for (let second = 0; second < 60; second += 1)
    told.until(second).send('access.granted', { times: 10 }).send('door.closed', { times: 6 });
  expect(told.lines.filter((line) => line.includes('x'))).toEqual([]);
});
