import { climb, nextEscalation, type Silent } from '../src/dispatch/climb.js';
import { allows, type LegEvent, type LegProgress, queuedLeg, stepLeg } from '../src/dispatch/leg.js';
import type { Matter } from '../src/dispatch/matter.js';
import { type OnDuty, type Opening, openRung, plan, type PlannedLeg, type PlanNote } from '../src/dispatch/plan.js';
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

export type StoryLeg = PlannedLeg & LegProgress & { readonly id: string };

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

  /** Throws where there is no push for them that could be answered so. */
  answer(who: string, event: LegEvent): void {
    this.move(({ to }) => to.id === who, event);
  }

  /** The pushes of a role by themselves, such as a rectification. */
  answerRole(role: string, event: LegEvent): void {
    this.move((leg) => leg.role === role, event);
  }

  /** Somebody calls more people, on the next free rung of their role. */
  call(opening: Omit<Opening, 'rung'>): void {
    const rungs = this.legs.flatMap(({ role, rung }) => (role === opening.role ? [rung] : []));
    this.open(openRung({ ...opening, rung: Math.max(-1, ...rungs) + 1 }, this.matter, this.onDuty));
  }

  /** From timer to timer, as they fire. */
  pass(seconds: number): void {
    const end = this.now.getTime() + seconds * 1000;
    for (let next = this.nextTimer(end); next !== undefined; next = this.nextTimer(end)) this.lookAt(next);
    this.lookAt(end);
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

  private nextTimer(end: number): number | undefined {
    const due = this.legs.flatMap(({ dueAt }) => (dueAt === null ? [] : [dueAt.getTime()]));
    const ahead = due.filter((at) => at > this.now.getTime() && at < end);
    return ahead.length === 0 ? undefined : Math.min(...ahead);
  }

  private lookAt(time: number): void {
    this.now = new Date(time);
    this.look();
  }

  private move(whose: (leg: StoryLeg) => boolean, event: LegEvent): void {
    const moving = this.legs.filter((leg) => whose(leg) && allows(leg.state, event.type));
    if (moving.length === 0) throw new Error(`nobody has a push that could be ${event.type}: ${this.told.join(', ')}`);
    this.legs = this.legs.map((leg) => (moving.includes(leg) ? { ...leg, ...stepLeg(leg, event, this.now) } : leg));
    this.look();
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
