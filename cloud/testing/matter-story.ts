import { climb, nextEscalation, type Silent } from '../src/dispatch/climb.js';
import { type LegEvent, type LegProgress, queuedLeg, stepLeg } from '../src/dispatch/leg.js';
import type { Matter } from '../src/dispatch/matter.js';
import { type OnDuty, plan, type PlannedLeg, type PlanNote } from '../src/dispatch/plan.js';
import type { Silence } from '../src/dispatch/silence.js';
import type { Playbook } from '../src/playbooks/playbook.js';

export const T0 = new Date('2026-03-02T01:00:00Z');

/** A forced door in building b3 of village v1, unless the test says otherwise. */
export function sampleMatter(part: Partial<Matter> = {}): Matter {
  const own = [
    { path: 'suxi', level: 0 },
    { path: 'suxi/v1', level: 2 },
    { path: 'suxi/v1/b3', level: 3 },
  ];
  return {
    incident: 'i1',
    compound: 'c1',
    source: 'device',
    event: 'door.forced',
    severity: 2,
    confirmed: false,
    signals: [{ device: 'door', kind: part.event ?? 'door.forced' }],
    exercise: false,
    restricted: false,
    managersEntitled: false,
    over: false,
    own,
    territory: own,
    ...part,
  };
}

interface Conditions {
  readonly hours?: 'working' | 'off';
  readonly silences?: readonly Silence[];
  readonly onDuty?: OnDuty;
}

type StoryLeg = PlannedLeg & LegProgress & { readonly id: string };

/** One matter under one playbook, on a clock that the story moves: what the database and its timers do, as values. */
export class MatterStory {
  now = T0;
  legs: readonly StoryLeg[] = [];
  readonly notes: PlanNote[] = [];

  constructor(
    readonly playbook: Playbook,
    public matter: Matter,
    private readonly conditions: Conditions = {},
  ) {
    this.dispatch();
  }

  /** Something about the matter is different now. */
  change(part: Partial<Matter>): void {
    this.matter = { ...this.matter, ...part };
    this.dispatch();
    this.look();
  }

  answer(who: string, event: LegEvent): void {
    this.legs = this.legs.map((leg) => (leg.to.id === who ? { ...leg, ...stepLeg(leg, event, this.now) } : leg));
    this.look();
  }

  /** Second by second, as the timers do. */
  pass(seconds: number): void {
    for (let second = 0; second < seconds; second += 1) {
      this.now = new Date(this.now.getTime() + 1000);
      this.look();
    }
  }

  get silent(): Silent | undefined {
    return nextEscalation(this.matter, this.legs);
  }

  /** `role/rung to state`, in the order in which they were opened. */
  get told(): readonly string[] {
    return this.legs.map(({ role, rung, to, state }) => `${role}/${rung} ${to.id}@${to.unit ?? '-'} ${state}`);
  }

  private get onDuty(): OnDuty {
    return this.conditions.onDuty ?? (() => undefined);
  }

  private dispatch(): void {
    const { hours = 'working', silences = [] } = this.conditions;
    const { now, onDuty } = this;
    const { legs, logs } = plan(this.playbook, this.matter, { hours, silences, onDuty, now });
    const known = new Set(this.legs.map(({ role }) => role));
    this.notes.push(...logs);
    this.open(legs.filter(({ role }) => !known.has(role)));
  }

  private look(): void {
    const { timedOut, quiet, opens } = climb(this.matter, this.legs, { now: this.now, onDuty: this.onDuty });
    const moved = (leg: StoryLeg): StoryLeg => {
      if (timedOut.includes(leg.id)) return { ...leg, ...stepLeg(leg, { type: 'timed-out' }, this.now) };
      return quiet.includes(leg.id) ? { ...leg, dueAt: null } : leg;
    };
    this.legs = this.legs.map(moved);
    this.open(opens);
  }

  private open(legs: readonly PlannedLeg[]): void {
    const opened = legs.map((leg, index) => ({
      ...leg,
      ...queuedLeg(leg, this.now),
      id: `l${this.legs.length + index}`,
    }));
    this.legs = [...this.legs, ...opened];
  }
}
