import { type AppraisedLeg, factsOf } from '../src/appraisal/facts.js';
import { pointsFor } from '../src/appraisal/points.js';
import { isAllowed } from '../src/correlation/allowed-actions.js';
import { type IncidentAction, stateAfter } from '../src/correlation/incident-states.js';
import { practicesIn } from '../src/correlation/practices.js';
import { isSettled } from '../src/correlation/settled.js';
import { callsOf } from '../src/dispatch/call-more.js';
import type { LegEvent } from '../src/dispatch/leg.js';
import type { Matter, UnitAt } from '../src/dispatch/matter.js';
import { effectivePlaybook } from '../src/playbooks/overlays.js';
import type { Playbook } from '../src/playbooks/playbook.js';
import { hoursAt } from '../src/rosters/working-hours.js';
import { workdaysOfChina } from '../src/rosters/workdays.js';
import type { IncidentState } from '../src/schema.js';
import { MatterStory, sampleMatter, type StoryLeg } from './matter-story.js';
import type { Act, Expectation, PlaybookScenario } from './scenario-file.js';

const actions: Readonly<Record<Act['does'], IncidentAction>> = {
  acknowledged: 'acknowledge',
  accepted: 'accept',
  resolved: 'resolve',
  closed: 'close',
  returned: 'return',
  'handed-over': 'hand-over',
  'called-together': 'consult',
  'set-a-deadline': 'rectify',
};

/** A scenario as it is told: the pushes of a matter, and what people do with it by the rules that hold for them. */
export class Telling {
  state: IncidentState = 'open';
  owner: string | null = null;
  readonly story: MatterStory;
  private readonly begin: Date;

  constructor(
    private readonly playbook: Playbook,
    private readonly scenario: PlaybookScenario,
  ) {
    const at = new Date(scenario.at);
    const switchedOn = scenario.overlays.map(({ overlay, from, to }) => {
      return { overlay, from: new Date(from), to: new Date(to) };
    });
    const effective = effectivePlaybook(playbook, switchedOn, at);
    const hours = hoursAt(effective, at, { zone: 'Asia/Shanghai', workdays: workdaysOfChina() });
    this.story = new MatterStory(effective, matterOf(scenario), { hours });
    this.begin = this.story.now;
  }

  /** ms since the beginning. */
  since(at: Date | undefined): number {
    return at === undefined ? Infinity : at.getTime() - this.begin.getTime();
  }

  /** Throws where the rules do not let them, or do although the scenario says that they do not. */
  act(act: Act): void {
    const action = actions[act.does];
    const next = this.mayDo(act.who, action) ? stateAfter(this.state, action) : undefined;
    if ((next === undefined) !== (act.refused ?? false)) {
      throw new Error(`${act.who} ${next === undefined ? 'may not' : 'may'} ${action} what is ${this.state}`);
    }
    if (next === undefined) return;
    this.state = next;
    if (action === 'accept') this.owner = act.who;
    else if (action === 'return' || (action === 'hand-over' && this.owner === act.who)) this.owner = null;
    const event = eventOf(act);
    if (event) this.story.answer(act.who, event);
    const calls = callsOf({ ...act, action }, this.playbook, this.story.matter, this.story.now);
    if (calls) this.story.call(calls);
    if (isSettled(next)) this.story.change({ over: true });
  }

  /** What the units have earned until now. */
  points(): ReadonlyMap<string, number> {
    const { compound, exercise, restricted, own } = this.story.matter;
    const facts = factsOf({
      ...{ id: 'i1', compound, exercise, restricted, unit: own.at(-1)?.path ?? null },
      ...{ closed: this.state === 'closed', falseAlarm: false, merged: false, reopenedAt: null },
      legs: this.story.legs.map(appraised),
    });
    const points = new Map<string, number>();
    for (const fact of facts) {
      if (fact.subject.kind !== 'unit' || !this.playbook.appraisal) continue;
      const { unit } = fact.subject;
      points.set(unit, (points.get(unit) ?? 0) + pointsFor(fact, this.playbook.appraisal));
    }
    return points;
  }

  private mayDo(who: string, action: IncidentAction): boolean {
    const { state, owner, playbook, story } = this;
    const incident = {
      state,
      owner,
      merged: false,
      confirmed: story.matter.confirmed,
      practices: practicesIn(playbook),
    };
    const roles = playbook.duties[who]?.heldBy ?? [];
    return roles.some((role) => isAllowed(incident, action, { id: who, role, duties: [who] }));
  }
}

/** Plays a scenario step by step, and hands what each step expects to `check`, with the telling as it stands then. */
export function playScenario(
  playbook: Playbook,
  scenario: PlaybookScenario,
  check: (expected: Expectation, telling: Telling) => void,
): void {
  const telling = new Telling(playbook, scenario);
  for (const { after, confirmed, act, answered, expect: expected } of scenario.steps) {
    if (after !== undefined) telling.story.pass(after / 1000);
    if (confirmed) telling.story.change({ confirmed });
    if (act) telling.act(act);
    if (answered) telling.story.answerRole(answered.role, { type: answered.is });
    if (expected) check(expected, telling);
  }
}

/** Closing and calling others answer no push. */
function eventOf({ does, reason = '' }: Act): LegEvent | undefined {
  if (does === 'closed' || does === 'called-together' || does === 'set-a-deadline') return undefined;
  return does === 'returned' || does === 'handed-over' ? { type: does, reason } : { type: does };
}

function appraised({ role, rung, to, state, at, within, settleAt }: StoryLeg): AppraisedLeg {
  const answers = [at.acknowledged, at.accepted, at.resolved, at.returned, at['handed-over']];
  const queued = at.queued?.getTime() ?? 0;
  return {
    ...{ role, rung, state, settleAt, unit: to.unit, holder: null },
    answerBy: within === undefined ? null : new Date(queued + within),
    acknowledgedAt: answers.find((answer) => answer !== undefined) ?? null,
    endedAt: at.resolved ?? at.returned ?? at['handed-over'] ?? null,
  };
}

function matterOf({ matter }: PlaybookScenario): Matter {
  const { own, territory = own, source, severity, event, report, category, device } = matter;
  const { event: _, ...sample } = sampleMatter();
  return {
    ...sample,
    source,
    severity,
    confirmed: source !== 'device',
    signals: device === undefined || event === undefined ? [] : [{ device, kind: event }],
    own: unitsOf(own),
    territory: unitsOf(territory),
    ...(event !== undefined && { event }),
    ...(report !== undefined && { report }),
    ...(category !== undefined && { category }),
  };
}

function unitsOf(path: string): readonly UnitAt[] {
  const parts = path.split('/');
  return parts.map((_, level) => ({ path: parts.slice(0, level + 1).join('/'), level }));
}
