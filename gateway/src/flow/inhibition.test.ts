import type { SiteDevice } from '@angrid/contract';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { KnownDevice } from '../pipeline.js';
import {
  alertData,
  type DeviceRuleState,
  emptyRuleState,
  inhibit,
  type RuleAlert,
  type RuleInput,
  stepRules,
} from '../rules/index.js';
import { at, event, settings, settingsWith } from '../rules/timeline.fixture.js';
import { surroundingsOf } from './surroundings.js';
import { Topology } from './topology.js';

/** By device: after how many silent seconds its profile calls it away, and what it hangs behind. */
type Wiring = Readonly<Record<string, { readonly silence?: number; readonly behind?: string | undefined }>>;

/** A site of several devices, each with its own rules, brought on second by second in the order of their names given. */
class SiteStory {
  readonly lines: string[] = [];
  private readonly states = new Map<string, DeviceRuleState>();
  private readonly topology: Topology;
  private now = 0;

  constructor(
    private readonly wiring: Wiring,
    private readonly rules = settings,
  ) {
    const devices = Object.entries(wiring).map(([id, { behind }]): SiteDevice => ({
      id,
      kind: 'panel',
      name: id,
      behind,
    }));
    this.topology = new Topology(devices);
    for (const id of Object.keys(wiring)) this.step(id, { life: 'online', at: at(0) });
  }

  until(second: number, alive: readonly string[] = []): this {
    while (this.now < second) {
      this.now += 1;
      for (const id of Object.keys(this.wiring)) {
        if (alive.includes(id)) this.step(id, { life: 'heartbeat', at: at(this.now) });
        this.step(id, { tick: at(this.now) });
      }
    }
    return this;
  }

  lose(...devices: string[]): this {
    for (const id of devices) this.step(id, { life: 'offline', at: at(this.now) });
    return this;
  }

  find(...devices: string[]): this {
    for (const id of devices) this.step(id, { life: 'online', at: at(this.now) });
    return this;
  }

  tell(id: string, kind: Parameters<typeof event>[0]): this {
    return this.step(id, { event: event(kind, at(this.now)) });
  }

  /** All states come back from disk. */
  restart(): this {
    for (const [id, state] of this.states) this.states.set(id, JSON.parse(JSON.stringify(state)) as DeviceRuleState);
    return this;
  }

  private step(id: string, input: RuleInput): this {
    const context = { startedAt: at(0), offlineAfterSeconds: this.wiring[id]?.silence };
    const stepped = stepRules(this.stateOf(id), input, this.rules, context);
    const around = surroundingsOf(id, undefined, {
      ahead: (device) => this.topology.ahead(device),
      find: (device) => this.known(device),
      stateOf: (device) => this.stateOf(device),
      settingsOf: () => this.rules,
    });
    const { state, alerts } = inhibit(stepped, at(this.now), around);
    this.states.set(id, state);
    for (const alert of alerts) this.lines.push(this.lineOf(id, alert));
    return this;
  }

  private lineOf(id: string, alert: RuleAlert): string {
    const facts = { gateway: 'gw-1', siteClass: 'art9', purpose: 'public-safety', timezone: 'UTC' } as const;
    const behind = this.topology.behind(id);
    const { covers } = alertData(alert, id, { ...facts, pseudonym: (value) => value }, { behind });
    const covered = covers === undefined ? '' : ` for ${covers.count}: ${covers.devices.join(' ')}`;
    return `${this.now}s ${id} ${alert.state} ${alert.kind}${covered}`;
  }

  private stateOf(id: string): DeviceRuleState {
    return this.states.get(id) ?? emptyRuleState;
  }

  private known(id: string): KnownDevice | undefined {
    const wired = this.wiring[id];
    return wired && ({ device: { id }, profile: { offlineAfterSeconds: wired.silence } } as unknown as KnownDevice);
  }
}

const wiring: Wiring = {
  'door-1': { behind: 'switch' },
  'door-2': { behind: 'switch' },
  'door-3': { behind: 'door-2' },
  switch: { silence: 30 },
  elsewhere: {},
};
const doors = ['door-1', 'door-2', 'door-3'];

describe('a device that is down', () => {
  it('is one alert for itself and all that hangs behind it, though theirs would have come first', () => {
    const story = new SiteStory(wiring).lose(...doors).until(600);
    expect(story.lines).toEqual(['40s switch active health.offline for 3: door-1 door-2 door-3']);
  });

  it('is one alert though its own came first', () => {
    const story = new SiteStory(wiring)
      .until(45)
      .lose(...doors)
      .until(600);
    expect(story.lines).toEqual(['40s switch active health.offline for 3: door-1 door-2 door-3']);
  });

  it('and comes back with all of them ends one alert', () => {
    const story = new SiteStory(wiring)
      .lose(...doors)
      .until(100)
      .find('switch', ...doors);
    expect(story.until(400, ['switch']).lines).toEqual([
      '40s switch active health.offline for 3: door-1 door-2 door-3',
      '110s switch cleared health.offline for 3: door-1 door-2 door-3',
    ]);
  });

  it('and comes back without one of them is told of that one, after the same wait', () => {
    const story = new SiteStory(wiring)
      .lose(...doors)
      .until(100)
      .find('switch', 'door-2', 'door-3');
    expect(story.until(400, ['switch']).lines.slice(2)).toEqual(['153s door-1 active health.offline']);
  });

  it('hides nothing but that others are out of reach', () => {
    const story = new SiteStory(wiring).lose(...doors).until(60);
    story.tell('door-1', 'door.forced').tell('door-2', 'fire.input').tell('door-3', 'access.duress');
    expect(story.lines.slice(1)).toEqual([
      '60s door-1 active door.forced',
      '60s door-2 active fire.input',
      '60s door-3 active access.duress',
    ]);
  });
});

describe('a device behind one that is there', () => {
  it('is told when the other one would have been noticed', () => {
    const story = new SiteStory(wiring).lose('door-1').until(200, ['switch']);
    expect(story.lines).toEqual(['52s door-1 active health.offline']);
    expect(story.find('door-1').until(300, ['switch']).lines.slice(1)).toEqual(['210s door-1 cleared health.offline']);
  });

  it('that is back by then is nothing', () => {
    const story = new SiteStory(wiring).lose('door-1').until(30, ['switch']).find('door-1');
    expect(story.until(200, ['switch']).lines).toEqual([]);
  });

  it('waits over a restart', () => {
    const story = new SiteStory(wiring).lose('door-1').until(30, ['switch']).restart().until(200, ['switch']);
    expect(story.lines).toEqual(['52s door-1 active health.offline']);
  });

  it('that was told goes on, and ends, when the other one goes down later', () => {
    const story = new SiteStory(wiring).lose('door-1').until(60, ['switch']).until(200);
    story.find('switch', 'door-1').until(300, ['switch']);
    expect(story.lines).toEqual([
      '52s door-1 active health.offline',
      '100s switch active health.offline for 3: door-1 door-2 door-3',
      '210s door-1 cleared health.offline',
      '210s switch cleared health.offline for 3: door-1 door-2 door-3',
    ]);
  });

  it('is told at once where it hangs behind nothing, or the site does not want it', () => {
    expect(new SiteStory(wiring).lose('elsewhere').until(60, ['switch']).lines).toEqual([
      '10s elsewhere active health.offline',
    ]);
    const off = settingsWith({ inhibition: { on: false } });
    expect(new SiteStory(wiring, off).lose('door-1').until(60, ['switch']).lines).toEqual([
      '10s door-1 active health.offline',
    ]);
  });
});

describe('inhibition as a whole', () => {
  const steps = fc.array(
    fc.record({
      after: fc.integer({ min: 1, max: 60 }),
      what: fc.constantFrom('lose' as const, 'find' as const),
      who: fc.constantFrom(...doors, 'switch', 'elsewhere'),
    }),
    { maxLength: 20 },
  );

  it('tells each alert once, no end without a beginning, and in the end all that is away and not covered', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const story = new SiteStory(
          Object.fromEntries(Object.entries(wiring).map(([id, { behind }]) => [id, { behind }])),
        );
        const away = new Set<string>();
        let now = 0;
        for (const { after, what, who } of list) {
          story.until((now += after))[what](who);
          if (what === 'lose') away.add(who);
          else away.delete(who);
        }
        story.until(now + 300);
        const active = new Set<string>();
        for (const line of story.lines) {
          const [, who = '', state] = line.split(' ');
          expect(active.has(who)).toBe(state === 'cleared');
          if (state === 'active') active.add(who);
          else active.delete(who);
        }
        const top = [...away].filter((who) => !covering(who).some((ahead) => away.has(ahead)));
        for (const who of top) expect(active).toContain(who);
        for (const who of active) expect(away).toContain(who);
      }),
      { numRuns: 60 },
    );
  });
});

function covering(who: string): string[] {
  const behind = wiring[who]?.behind;
  return behind === undefined ? [] : [behind, ...covering(behind)];
}

describe('the wiring of a site', () => {
  const chain = (...pairs: [string, string | undefined][]) =>
    new Topology(pairs.map(([id, behind]) => ({ id, kind: 'panel', name: id, behind })));

  it('is followed both ways', () => {
    const wires = chain(['a', undefined], ['b', 'a'], ['c', 'b'], ['d', 'a']);
    expect(wires.ahead('c')).toEqual(['b', 'a']);
    expect(wires.behind('a')).toEqual(['b', 'd', 'c']);
    expect([wires.ahead('a'), wires.behind('c'), wires.ahead('nobody')]).toEqual([[], [], []]);
  });

  it('that runs in a ring, or into itself, ends', () => {
    const ring = chain(['a', 'c'], ['b', 'a'], ['c', 'b'], ['self', 'self']);
    expect(ring.ahead('a')).toEqual(['c', 'b']);
    expect(ring.behind('a').toSorted()).toEqual(['b', 'c']);
    expect(ring.ahead('self')).toEqual([]);
  });
});
