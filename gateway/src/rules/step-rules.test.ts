import { alertItemSchema, eventKinds, gatewayTimeSchema } from '@angrid/contract';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SiteFacts } from '../normalise/index.js';
import {
  alertDraft,
  emptyRuleState,
  readRuleState,
  type RuleAlert,
  type RuleInput,
  rules,
  stepRules,
} from './index.js';
import { ruleStateSchema } from './state.js';
import { at, event, settings, settingsWith, Story } from './timeline.fixture.js';

const context = { startedAt: at(0), offlineAfterSeconds: 90 };
/** Everything on, and quick. */
const eager = settingsWith({
  deniedThenGranted: { on: true, denials: 1, withinSeconds: 30 },
  flapping: { on: true, changes: 3, withinSeconds: 900, calmSeconds: 120 },
  mains: { on: true, lostForSeconds: 5, backForSeconds: 30 },
});
const facts: SiteFacts = {
  gateway: 'gw-1',
  siteClass: 'art9',
  purpose: 'public-safety',
  timezone: 'UTC',
  pseudonym: (value) => value,
};

/** Any story of one device: inputs in the order of time. */
const stories = fc
  .array(
    fc.record({
      after: fc.integer({ min: 0, max: 400 }),
      what: fc.oneof(
        {
          weight: 6,
          arbitrary: fc.record({
            kind: fc.constantFrom(...eventKinds),
            channel: fc.constantFrom('1', '2', '3'),
            pseudonym: fc.constantFrom('a', 'b'),
            late: fc.boolean(),
            exercise: fc.boolean(),
          }),
        },
        {
          weight: 2,
          arbitrary: fc.constantFrom(
            'tick' as const,
            'heartbeat' as const,
            'online' as const,
            'offline' as const,
            'loud' as const,
          ),
        },
      ),
    }),
    { maxLength: 60 },
  )
  .map((steps) => {
    let now = 0;
    return steps.map(({ after, what }): RuleInput => {
      const time = at((now += after));
      if (what === 'tick') return { tick: time };
      if (what === 'loud') return { loud: time };
      if (typeof what === 'string') return { life: what, at: time };
      return { event: event(what.kind, time, what) };
    });
  });

function play(inputs: readonly RuleInput[], store = false): { alerts: RuleAlert[]; bytes: number } {
  let state = emptyRuleState;
  const alerts: RuleAlert[] = [];
  for (const input of inputs) {
    const step = stepRules(state, input, eager, context);
    state = store ? readRuleState(JSON.stringify(step.state)) : step.state;
    alerts.push(...step.alerts);
  }
  expect(ruleStateSchema.safeParse(state).error).toBeUndefined();
  return { alerts, bytes: JSON.stringify(state).length };
}

/** That a device was heard again is true of a repeated event too; what it told is not told twice. */
const isTold = (line: string): boolean => !/health\.(offline|flapping)/.test(line);
const named = (alerts: readonly RuleAlert[]): string[] => alerts.map(({ key, state }) => `${state} ${key}`);

describe('the rules together', () => {
  it('are a visible list of distinct names', () => {
    expect(rules.map((rule) => rule.name)).toEqual([
      'direct@1',
      'fire@1',
      'duress@1',
      'forced@1',
      'held-open@1',
      'tailgating@1',
      'repeated-denial@1',
      'denied-then-granted@1',
      'tamper@1',
      'mains@1',
      'battery@1',
      'flapping@1',
      'device-offline@1',
      'loud@1',
    ]);
  });

  it('never tell a change of an alert twice, and never an end without a beginning', () => {
    fc.assert(
      fc.property(stories, (inputs) => {
        const told = named(play(inputs).alerts);
        expect(new Set(told).size).toBe(told.length);
        for (const [index, line] of told.entries()) {
          if (line.startsWith('cleared')) expect(told.slice(0, index)).toContain(line.replace('cleared', 'active'));
        }
      }),
    );
  });

  it('tell nothing more when every event comes twice, at once or later', () => {
    fc.assert(
      fc.property(stories, fc.integer({ min: 0, max: 20 }), (inputs, distance) => {
        const doubled = inputs.flatMap((input, index) => {
          const earlier = inputs[index - distance];
          return earlier !== undefined && 'event' in earlier ? [input, earlier] : [input];
        });
        const once = named(play(inputs).alerts).filter(isTold);
        expect(named(play(doubled).alerts).filter(isTold)).toEqual(once);
      }),
    );
  });

  it('go on after a restart as if there had been none', () => {
    fc.assert(
      fc.property(stories, (inputs) => {
        expect(named(play(inputs, true).alerts)).toEqual(named(play(inputs).alerts));
      }),
    );
  });

  it('raise nothing on late events alone', () => {
    fc.assert(
      fc.property(stories, (inputs) => {
        const late = inputs.flatMap((input) =>
          'event' in input ? [{ event: { item: { ...input.event.item, late: true } } }] : [],
        );
        expect(play(late).alerts).toEqual([]);
      }),
    );
  });

  it('keep a small state, whatever a device sends', () => {
    const inputs = Array.from({ length: 5_000 }, (_, index): RuleInput => {
      const kind = eventKinds[index % eventKinds.length] ?? 'door.forced';
      return { event: event(kind, at(index / 100), { channel: `c${index % 997}`, pseudonym: `p${index}` }) };
    });
    const { alerts, bytes } = play(inputs);
    expect(bytes).toBeLessThan(64 * 1024);
    expect(new Set(named(alerts)).size).toBe(alerts.length);
  });

  it('ask for a write only when more than the last sign of life has changed', () => {
    const first = stepRules(emptyRuleState, { life: 'heartbeat', at: at(0) }, settings, context);
    const second = stepRules(first.state, { life: 'heartbeat', at: at(30) }, settings, context);
    const passage = stepRules(second.state, { event: event('access.granted', at(31)) }, settings, context);
    const opening = stepRules(passage.state, { event: event('door.opened', at(32)) }, settings, context);
    expect([first, second, passage, opening].map((step) => step.changed)).toEqual([true, false, false, true]);
    const idle = stepRules(opening.state, { tick: at(33) }, settings, context);
    expect(idle.state).toBe(opening.state);
  });

  it('begin anew with a state that cannot be read', () => {
    for (const json of [undefined, '', '{}', '{"version":2}', '[]', 'null'])
      expect(readRuleState(json)).toEqual(emptyRuleState);
  });
});

describe('the item of an alert', () => {
  const story = new Story().tell(1, 'door.forced', { channel: '1' }).tell(9, 'door.closed', { channel: '1' });
  const items = story.alerts.map((alert) => {
    const draft = alertDraft(alert, 'door-1', facts, { cameras: ['cam-1'] });
    return { draft, item: alertItemSchema.parse(JSON.parse(`{"bootepoch":1,"sequence":1,${draft.json.slice(1)}`)) };
  });

  it('has an id of its own for each change, and one alert id from active to cleared', () => {
    expect(items.map(({ item }) => item.data.state)).toEqual(['active', 'cleared']);
    expect(new Set(items.map(({ item }) => item.data.alert)).size).toBe(1);
    expect(new Set(items.map(({ item }) => item.id)).size).toBe(2);
    expect(items.map(({ draft, item }) => draft.id === item.id && draft.lane === 'alarm')).toEqual([true, true]);
  });

  it('says when, what and who looks at it', () => {
    expect(items[0]?.item).toMatchObject({
      subject: 'door-1',
      time: '2026-01-01T00:00:01.000Z',
      retentionclass: 'alarm',
      purpose: 'public-safety',
      exercise: false,
      late: false,
      data: { kind: 'door.forced', rule: 'forced@1', severity: 2, channel: '1', evidenceFrom: ['cam-1'] },
    });
    expect(gatewayTimeSchema.parse(items[0]?.item.data.since)).toEqual(at(1));
  });
});
