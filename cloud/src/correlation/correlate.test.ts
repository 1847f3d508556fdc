import { describe, expect, it, test } from '@jest/globals';
import { type EventKind, kindDefinition } from '@angrid/contract';
import fc from 'fast-check';
import { correlate } from './correlate.js';
import { defaultRulesText } from './default-rules.js';
import type { AlertFact, DeviceFact, Neighbourhood, QuietRule } from './facts.js';
import { readRuleSet } from './rule-set.js';
import { Timeline } from './play-alerts.js';

const rules = readRuleSet(defaultRulesText());
const START = Date.parse('2026-03-01T02:00:00Z');

const device = (facts: Partial<DeviceFact> = {}): DeviceFact => {
  return { name: '', cameras: [], parents: ['gateway'], skewMs: null, ...facts };
};
const devices = new Map<string, DeviceFact>([
  ['gateway', device({ name: '网关', parents: [] })],
  ['nvr', device({ name: '录像机' })],
  ['east', device({ name: '东门', cameras: ['east-cam'] })],
  ['west', device({ name: '西门', cameras: ['west-cam'] })],
  ['east-cam', device({ name: '东门摄像机', parents: ['nvr', 'gateway'] })],
  ['west-cam', device({ name: '西门摄像机', parents: ['nvr', 'gateway'] })],
  ['yard', device({ name: '庭院摄像机' })],
]);
const site = (quiet: readonly QuietRule[] = [], own = devices): Omit<Neighbourhood, 'alerts' | 'incidents'> => {
  return { compound: 'c1', timezone: 'Asia/Shanghai', devices: own, buildings: new Set(), quiet };
};

interface Told {
  readonly clears?: number;
  readonly late?: boolean;
  readonly exercise?: boolean;
  readonly restricted?: boolean;
  readonly unit?: string;
  readonly source?: AlertFact['source'];
}

let numbered = 0;
/** `seconds` after the start. */
function alert(seconds: number, of: string, kind: EventKind, told: Told = {}): AlertFact {
  const { severity = 3, standing } = kindDefinition(kind);
  numbered += 1;
  return {
    alert: `a${numbered}`,
    device: of,
    kind,
    severity,
    standing: standing === 'supporting' ? 'supporting' : 'alert',
    source: told.source ?? 'gateway',
    placeId: null,
    unitPath: told.unit ?? null,
    late: told.late ?? false,
    exercise: told.exercise ?? false,
    restricted: told.restricted ?? false,
    at: START + seconds * 1000,
    clearedAt: told.clears === undefined ? null : START + told.clears * 1000,
    incident: null,
    heldUntil: null,
  };
}

/** What stands at the end of a day, each alert having come in a batch of its own. */
function after(alerts: readonly AlertFact[], where = site()) {
  const timeline = new Timeline(rules, where);
  for (const each of alerts) timeline.pass([each], each.at);
  timeline.pass([], START + 86_400_000);
  const kindOf = new Map(alerts.map(({ alert: id, kind }) => [id, kind]));
  return timeline.raised().map(({ kind, confirmedBy, rule, alerts: ids, severity }) => {
    return { kind, confirmedBy, rule, severity, alerts: ids.map((id) => kindOf.get(id)) };
  });
}

describe('two sources', () => {
  it('are a door and the camera that looks at it, whichever comes first', () => {
    const forced = alert(0, 'east', 'door.forced');
    for (const seconds of [-40, 40]) {
      const motion = alert(seconds, 'east-cam', 'motion.started');
      const inOrder = [forced, motion].sort((one, other) => one.at - other.at);
      expect(after(inOrder)).toMatchObject([
        { kind: 'door.forced', confirmedBy: 'two-sources', alerts: { length: 2 } },
      ]);
    }
  });

  it('are not a door and the camera of another door', () => {
    const found = after([alert(0, 'east', 'door.forced'), alert(5, 'west-cam', 'behaviour.intrusion')]);
    expect(found.map(({ confirmedBy }) => confirmedBy)).toEqual([null, null]);
  });

  it('are not a door and a camera that rain has kept moving', () => {
    const rain = [-500, -400, -300, -200, -100, -10].map((at) => alert(at, 'east-cam', 'motion.started'));
    expect(after([...rain, alert(0, 'east', 'door.forced')])).toMatchObject([{ confirmedBy: null }]);
    expect(after([...rain, alert(0, 'east', 'door.forced'), alert(4, 'east-cam', 'object.person')])).toMatchObject([
      { confirmedBy: 'two-sources' },
    ]);
  });

  it('are a camera that is covered and its door that is forced minutes later', () => {
    expect(after([alert(0, 'east-cam', 'camera.covered'), alert(200, 'east', 'door.forced')])).toMatchObject([
      { kind: 'door.forced', confirmedBy: 'two-sources' },
    ]);
  });

  it('agree within the error of their clocks', () => {
    const off = new Map(devices).set('east-cam', device({ cameras: [], skewMs: 3000 }));
    const told = [alert(0, 'east', 'door.forced'), alert(62, 'east-cam', 'motion.started')];
    expect(after(told)).toMatchObject([{ confirmedBy: null }]);
    expect(after(told, site([], off))).toMatchObject([{ confirmedBy: 'two-sources' }]);
  });
});

describe('the sentence that says why', () => {
  const why = (own: ReadonlyMap<string, DeviceFact>) => {
    const timeline = new Timeline(rules, { ...site(), devices: own });
    const told = [alert(0, 'east', 'door.forced'), alert(12, 'east-cam', 'motion.started')];
    return timeline.pass(told, START + 20_000).incidents[0]?.why;
  };

  it('names what happened where, and how far apart', () => {
    expect(why(devices)).toEqual({
      'zh-CN': '东门：强行开门，12 秒后对着该门的东门摄像机：画面移动',
      en: '东门: Door forced; 东门摄像机, which looks at this door: Motion 12 s later',
    });
  });

  it('says how far off the clocks are, where that has been measured', () => {
    const skewed = new Map(devices)
      .set('east', device({ name: '东门', cameras: ['east-cam'], skewMs: -800 }))
      .set('east-cam', device({ name: '东门摄像机', skewMs: 400 }));
    expect(why(skewed)).toEqual({
      'zh-CN': '东门：强行开门，12 秒后对着该门的东门摄像机：画面移动（设备时钟误差 ±1200 毫秒）',
      en: '东门: Door forced; 东门摄像机, which looks at this door: Motion 12 s later (device clocks ±1200 ms)',
    });
  });
});

describe('what cannot wait and what can', () => {
  it('a camera that restarts is no incident, one that stays away is', () => {
    expect(after([alert(0, 'yard', 'health.offline', { clears: 100 })])).toEqual([]);
    expect(after([alert(0, 'yard', 'health.offline')])).toMatchObject([{ kind: 'health.offline' }]);
  });

  it('a recorder that is away takes its cameras with it', () => {
    const away = ['nvr', 'east-cam', 'west-cam'].map((of, index) => alert(index, of, 'health.offline'));
    expect(after(away)).toMatchObject([{ alerts: { length: 3 } }]);
  });

  it('so it does where a camera is missed first', () => {
    const away = ['east-cam', 'nvr', 'west-cam'].map((of, index) => alert(index * 10, of, 'health.offline'));
    expect(after(away)).toMatchObject([{ alerts: { length: 3 } }]);
  });

  it('a camera that goes away after the recorder is back is its own matter', () => {
    const found = after([
      alert(0, 'nvr', 'health.offline', { clears: 600 }),
      alert(1200, 'east-cam', 'health.offline'),
    ]);
    expect(found).toHaveLength(2);
  });

  it('a building without mains says so once', () => {
    const unit = 'tree/b3';
    const found = after([
      alert(0, 'east', 'power.mains_lost', { unit }),
      alert(30, 'yard', 'health.offline', { unit }),
      alert(40, 'west', 'health.offline', { unit }),
    ]);
    expect(found).toMatchObject([{ kind: 'power.mains_lost', alerts: { length: 3 } }]);
  });
});

describe('noise', () => {
  it('a door that rattles is told at first, and not for ever', () => {
    const rattling = [0, 8, 16, 24, 32, 40].map((minutes) => alert(minutes * 60, 'east', 'door.forced'));
    expect(after(rattling)).toMatchObject([{ alerts: { length: 2 } }]);
  });

  it('a door that rattles and is then broken open is told, with its camera', () => {
    const rattling = [0, 8, 16, 24].map((minutes) => alert(minutes * 60, 'east', 'door.forced'));
    const broken = [alert(1500, 'east', 'door.forced'), alert(1505, 'east-cam', 'behaviour.intrusion')];
    expect(after([...rattling, ...broken]).at(-1)).toMatchObject({ confirmedBy: 'two-sources' });
  });

  it('tailgating is kept, and an incident where it goes on', () => {
    const tailgating = [0, 60, 120, 180, 240, 300, 360, 420].map((at) => alert(at, 'yard', 'behaviour.tailgating'));
    expect(after(tailgating.slice(0, 7))).toEqual([]);
    expect(after(tailgating)).toMatchObject([{ rule: 'minor-again' }]);
  });
});

describe('a quiet rule', () => {
  const quiet = (told: Partial<QuietRule> = {}): QuietRule => {
    const kinds: readonly EventKind[] = ['door.held_open', 'door.forced', 'sos.raised'];
    return { id: 'q', kinds, device: 'east', placeId: null, hours: null, expiresAt: START + 3_600_000, ...told };
  };

  it('keeps an alert from opening an incident, until it ends', () => {
    expect(after([alert(0, 'east', 'door.held_open')], site([quiet()]))).toEqual([]);
    expect(after([alert(3600, 'east', 'door.held_open')], site([quiet()]))).toHaveLength(1);
    expect(after([alert(0, 'west', 'door.held_open')], site([quiet()]))).toHaveLength(1);
  });

  it('holds at its hours, in the compound’s own time', () => {
    // 02:00 UTC is 10:00 in Shanghai.
    expect(after([alert(0, 'east', 'door.held_open')], site([quiet({ hours: '09:00-11:00' })]))).toEqual([]);
    expect(after([alert(0, 'east', 'door.held_open')], site([quiet({ hours: '22:00-06:00' })]))).toHaveLength(1);
  });

  it('silences neither severity 1 nor what two sources agree on', () => {
    expect(after([alert(0, 'east', 'sos.raised')], site([quiet()]))).toHaveLength(1);
    const seen = [alert(0, 'east', 'door.forced'), alert(9, 'east-cam', 'behaviour.intrusion')];
    expect(after(seen, site([quiet()]))).toMatchObject([{ confirmedBy: 'two-sources' }]);
  });
});

describe('the log of an incident', () => {
  it('has one line for all that has joined at once, which names them', () => {
    const alerts = [0, 5, 6, 7].map((seconds) => alert(seconds, 'east', 'door.forced'));
    const [first, ...joined] = alerts;
    const { log } = new Timeline(rules, site()).pass(alerts, START + 10_000);
    expect(log).toMatchObject([
      { action: 'opened', detail: { alert: first?.alert } },
      { action: 'joined', detail: { alerts: joined.map(({ alert: id }) => id) } },
    ]);
  });
});

describe('who is called is asked anew', () => {
  /** Whether anybody may have to be called for the second of two. */
  const calls = (first: AlertFact, second: AlertFact): boolean => {
    const timeline = new Timeline(rules, site());
    expect(timeline.pass([first], first.at).correlated).toHaveLength(1);
    return timeline.pass([second], second.at).correlated.length > 0;
  };

  it('not where something joins that changes nothing', () => {
    expect(calls(alert(0, 'east', 'door.forced'), alert(5, 'east', 'door.held_open'))).toBe(false);
  });

  it('where what joins is more severe, or a second source', () => {
    expect(calls(alert(0, 'east', 'door.held_open'), alert(5, 'east', 'door.forced'))).toBe(true);
    expect(calls(alert(0, 'east', 'door.forced'), alert(5, 'east-cam', 'motion.started'))).toBe(true);
  });

  it('where it was silenced: what joins may be what no silence means', () => {
    const first = alert(0, 'east', 'door.forced');
    const opened = correlate(rules, { ...site(), alerts: [], incidents: [] }, [first], first.at);
    const [incident] = opened.incidents;
    const known = { ...first, incident: incident?.incident ?? null };
    const second = alert(5, 'east', 'tamper.device');
    const callsWhile = (silenced: boolean): number => {
      const incidents = opened.incidents.map((each) => ({ ...each, silenced }));
      return correlate(rules, { ...site(), alerts: [known], incidents }, [second], second.at).correlated.length;
    };
    expect([callsWhile(false), callsWhile(true)]).toEqual([0, 1]);
  });
});

describe('a late alert', () => {
  it('joins what was open then, confirms nothing and calls nobody', () => {
    const timeline = new Timeline(rules, site());
    timeline.pass([alert(0, 'east', 'door.forced')], START);
    const decisions = timeline.pass([alert(5, 'east-cam', 'behaviour.intrusion', { late: true })], START + 600_000);
    expect(decisions).toMatchObject({ correlated: [], incidents: [{ confirmedBy: null, severity: 2 }] });
    expect(timeline.raised()).toMatchObject([{ alerts: { length: 2 } }]);
  });

  it('opens nothing', () => {
    expect(after([alert(0, 'east', 'door.forced', { late: true })])).toEqual([]);
  });
});

test('what a person tells is confirmed by that person', () => {
  expect(after([alert(0, 'east', 'behaviour.intrusion', { source: 'person' })])).toMatchObject([
    { confirmedBy: 'person' },
  ]);
});

const anyKinds: readonly EventKind[] = [
  'door.forced',
  'door.held_open',
  'sos.raised',
  'health.offline',
  'motion.started',
  'behaviour.intrusion',
  'camera.covered',
  'behaviour.tailgating',
  'power.mains_lost',
];
const city = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 0, max: 400 }),
      of: fc.constantFrom(...devices.keys()),
      kind: fc.constantFrom(...anyKinds),
      lasts: fc.option(fc.integer({ min: 1, max: 900 }), { nil: undefined }),
      exercise: fc.boolean(),
      unit: fc.constantFrom('tree/b1', 'tree/b2'),
    }),
    { maxLength: 30 },
  )
  .map((steps) => {
    let seconds = 0;
    return steps.map(({ gap, of, kind, lasts, ...told }) => {
      seconds += gap;
      return alert(seconds, of, kind, { ...told, ...(lasts === undefined ? {} : { clears: seconds + lasts }) });
    });
  });

describe('always', () => {
  it('one batch or many give the same incidents', () => {
    fc.assert(
      fc.property(city, fc.array(fc.nat({ max: 30 })), (alerts, cuts) => {
        const timeline = new Timeline(rules, site());
        const ends = [...new Set([...cuts, alerts.length])].filter((end) => end <= alerts.length).sort((a, b) => a - b);
        let from = 0;
        for (const end of ends) {
          const batch = alerts.slice(from, end);
          timeline.pass(batch, batch.at(-1)?.at ?? START);
          from = end;
        }
        timeline.pass([], START + 86_400_000);
        const one = new Timeline(rules, site());
        one.pass(alerts, START + 86_400_000);
        const essence = (of: Timeline) =>
          of.raised().map(({ incident, confirmedBy, severity, kind, alerts: ids }) => {
            return { incident, confirmedBy, severity, kind, ids: [...ids].sort() };
          });
        expect(essence(timeline).sort(byIncident)).toEqual(essence(one).sort(byIncident));
      }),
      { numRuns: 300 },
    );
  });

  it('a closed incident absorbs nothing, nor does one that has expired', () => {
    fc.assert(
      fc.property(city, fc.nat({ max: 29 }), (alerts, closeAfter) => {
        const timeline = new Timeline(rules, site());
        const closed = new Map<string, number>();
        for (const [index, each] of alerts.entries()) {
          timeline.pass([each], each.at);
          if (index === closeAfter) {
            for (const { incident, alerts: ids } of timeline.raised()) {
              closed.set(incident, ids.length);
              timeline.close(incident);
            }
          }
        }
        const times = new Map(alerts.map(({ alert: id, at }) => [id, at]));
        for (const { incident, alerts: ids, closesAt } of timeline.raised()) {
          if (closed.has(incident)) expect(ids).toHaveLength(closed.get(incident) ?? -1);
          for (const id of ids) expect(times.get(id)).toBeLessThan(closesAt);
        }
      }),
    );
  });

  it('one device never confirms itself, whatever it says', () => {
    fc.assert(
      fc.property(city, fc.constantFrom(...devices.keys()), (alerts, of) => {
        const timeline = new Timeline(rules, site());
        for (const each of alerts) timeline.pass([{ ...each, device: of }], each.at);
        expect(timeline.raised().filter(({ confirmedBy }) => confirmedBy !== null)).toEqual([]);
      }),
    );
  });

  it('an alert is in one incident at most, and a drill never with the real thing', () => {
    fc.assert(
      fc.property(city, (alerts) => {
        const timeline = new Timeline(rules, site());
        timeline.pass(alerts, START + 86_400_000);
        const drills = new Map(alerts.map(({ alert: id, exercise }) => [id, exercise]));
        const seen = new Set<string>();
        for (const { alerts: ids, exercise } of timeline.raised()) {
          for (const id of ids) {
            expect([seen.has(id), drills.get(id)]).toEqual([false, exercise]);
            seen.add(id);
          }
        }
      }),
    );
  });
});

function byIncident(one: { readonly incident: string }, other: { readonly incident: string }): number {
  return one.incident < other.incident ? -1 : 1;
}
