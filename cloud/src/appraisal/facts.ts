import type { LegState } from '../dispatch/leg.js';
import { RECTIFICATION } from '../dispatch/answer-legs.js';
import type { AppraisalFact } from '../playbooks/practice.js';
import type { AccountRole } from '../schema-people.js';

/** Who answered a push: an account on duty, under the label of its duty. Residents have no account. */
export interface Holder {
  readonly account: string;
  readonly role: AccountRole;
  readonly duty: string;
}

/** Who can earn points. */
export type Subject =
  | { readonly kind: 'unit'; readonly unit: string }
  | ({ readonly kind: 'duty-holder'; readonly unit: string | null } & Holder);

/** Something that is on record, and who has done it. */
export interface VerifiedFact {
  /** Names it: a fact counts once for a subject, however often it is looked at. */
  readonly id: string;
  readonly fact: AppraisalFact;
  readonly subject: Subject;
  readonly at: Date;
  readonly compound: string | null;
  readonly incident: string | null;
}

export interface AppraisedLeg {
  readonly role: string;
  readonly rung: number;
  readonly unit: string | null;
  readonly state: LegState;
  readonly answerBy: Date | null;
  readonly acknowledgedAt: Date | null;
  readonly settleAt: Date | null;
  readonly endedAt: Date | null;
  readonly holder: Holder | null;
}

/** An incident as far as points go. */
export interface AppraisedIncident {
  readonly id: string;
  readonly compound: string;
  /** Where it was raised. */
  readonly unit: string | null;
  readonly closed: boolean;
  readonly falseAlarm: boolean;
  readonly merged: boolean;
  readonly exercise: boolean;
  readonly restricted: boolean;
  readonly legs: readonly AppraisedLeg[];
  /** When it was opened again last. */
  readonly reopenedAt: Date | null;
}

/**
 * The facts of an incident as it is now, for each unit and each holder of a duty that answered one of its pushes. What
 * somebody says to have settled is verified when the incident is closed. Exercises earn nothing, and what is restricted
 * stays out of a list that others read.
 */
export function factsOf(incident: AppraisedIncident): readonly VerifiedFact[] {
  if (incident.exercise || incident.restricted) return [];
  return answeredBy(incident.legs).flatMap((answered) => {
    const { legs } = answered;
    const found = [
      acknowledgement(legs),
      ...settlement(incident, legs),
      rectification(incident, legs),
      passedOn(legs),
      reopened(incident, legs),
    ];
    return found.flatMap((one) => (one ? factOf(incident, answered, one) : []));
  });
}

interface Found {
  /** What of the incident it is about: of two findings about one thing the first counts. */
  readonly about: string;
  readonly fact: AppraisalFact;
  /** The push that shows it. */
  readonly leg: AppraisedLeg;
  readonly at: Date;
}

function factOf(
  incident: AppraisedIncident,
  { kind }: Answered,
  { about, fact, leg, at }: Found,
): readonly VerifiedFact[] {
  const id = `incident:${incident.id}/${about}`;
  const subject = kind === 'unit' ? unitOf(leg) : holderOf(leg);
  return subject ? [{ id, fact, subject, at, compound: incident.compound, incident: incident.id }] : [];
}

function unitOf({ unit }: AppraisedLeg): Subject | undefined {
  return unit === null ? undefined : { kind: 'unit', unit };
}

function holderOf({ unit, holder }: AppraisedLeg): Subject | undefined {
  return holder ? { kind: 'duty-holder', unit, ...holder } : undefined;
}

interface Answered {
  readonly kind: Subject['kind'];
  /** The pushes that were for one unit, or that one account answered. */
  readonly legs: readonly AppraisedLeg[];
}

function answeredBy(legs: readonly AppraisedLeg[]): readonly Answered[] {
  const of = (kind: Subject['kind'], keyOf: (leg: AppraisedLeg) => string | undefined): readonly Answered[] => {
    const keys = new Set(legs.flatMap((leg) => keyOf(leg) ?? []));
    return [...keys].map((key) => ({ kind, legs: legs.filter((leg) => keyOf(leg) === key) }));
  };
  return [...of('unit', ({ unit }) => unit ?? undefined), ...of('duty-holder', ({ holder }) => holder?.account)];
}

/** The first answer to a push that had a time for it. */
function acknowledgement(legs: readonly AppraisedLeg[]): Found | undefined {
  const answers = legs.flatMap((leg) => {
    const { role, answerBy, acknowledgedAt: at } = leg;
    return role === RECTIFICATION || answerBy === null || at === null ? [] : [{ leg, at, inTime: at <= answerBy }];
  });
  const [first] = answers.sort((one, other) => one.at.getTime() - other.at.getTime());
  if (!first) return undefined;
  const { leg, at, inTime } = first;
  return { about: 'acknowledgement', fact: inTime ? 'acknowledged-in-time' : 'acknowledged-late', leg, at };
}

const isSettled = ({ closed, falseAlarm, merged }: AppraisedIncident): boolean => closed && !falseAlarm && !merged;

function settlement(incident: AppraisedIncident, legs: readonly AppraisedLeg[]): readonly Found[] {
  const [leg] = legs.filter((each) => isResolved(each) && !wasUndone(each, incident)).sort(strictest);
  if (!isSettled(incident) || !leg || leg.endedAt === null) return [];
  const at = leg.endedAt;
  const found: Found[] = [];
  if (leg.settleAt !== null) {
    found.push({ about: 'settlement', fact: at <= leg.settleAt ? 'settled-in-time' : 'settled-late', leg, at });
  }
  const climbed = incident.legs.some(({ rung, role }) => rung > 0 && role !== RECTIFICATION);
  if (leg.unit !== null && leg.unit === incident.unit && !climbed && incident.reopenedAt === null) {
    found.push({ about: 'settled-where-raised', fact: 'settled-where-raised', leg, at });
  }
  return found;
}

const isResolved = ({ role, state }: AppraisedLeg): boolean => role !== RECTIFICATION && state === 'resolved';

/** What somebody said to have settled was open again after it. */
function wasUndone({ endedAt }: AppraisedLeg, { reopenedAt }: AppraisedIncident): boolean {
  return endedAt !== null && reopenedAt !== null && endedAt <= reopenedAt;
}

/** One with a deadline before one without, the earlier deadline first. */
function strictest(one: AppraisedLeg, other: AppraisedLeg): number {
  return (one.settleAt?.getTime() ?? Infinity) < (other.settleAt?.getTime() ?? Infinity) ? -1 : 1;
}

function rectification(incident: AppraisedIncident, legs: readonly AppraisedLeg[]): Found | undefined {
  const leg = legs.find(({ role, state }) => role === RECTIFICATION && state === 'resolved');
  if (!incident.closed || !leg?.endedAt || !leg.settleAt) return undefined;
  const fact = leg.endedAt <= leg.settleAt ? 'rectified-in-time' : 'rectified-late';
  return { about: 'rectification', fact, leg, at: leg.endedAt };
}

function passedOn(legs: readonly AppraisedLeg[]): Found | undefined {
  const leg = legs.find(({ state }) => state === 'returned' || state === 'handed-over');
  return leg?.endedAt ? { about: 'passed-on', fact: 'passed-on', leg, at: leg.endedAt } : undefined;
}

/** Of those who had settled it, and not of who settled it then. */
function reopened(incident: AppraisedIncident, legs: readonly AppraisedLeg[]): Found | undefined {
  const leg = legs.find((each) => isResolved(each) && wasUndone(each, incident));
  return leg?.endedAt ? { about: 'reopened', fact: 'reopened', leg, at: leg.endedAt } : undefined;
}
