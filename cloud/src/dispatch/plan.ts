import { classify, type Classified } from '../playbooks/classify.js';
import type { Playbook } from '../playbooks/playbook.js';
import { legsOf } from '../playbooks/routes.js';
import type { ChannelKind, Ladder } from '../playbooks/routing.js';
import type { Matter } from './matter.js';
import { mayReach, type Recipient, recipientsOf } from './recipients.js';
import { type Silence, silenceOf } from './silence.js';

/** A rung that may still be told, with whom it means in this matter. */
export interface PlannedRung {
  /** From 1; the leg itself is rung 0. */
  readonly rung: number;
  readonly to: readonly Recipient[];
  readonly channels: readonly ChannelKind[];
  /** ms */
  readonly within: number;
}

/** What follows a leg; kept with it, so that a changed playbook changes no ladder that somebody stands on. */
export interface PlannedLadder {
  readonly name: string;
  readonly climbs: Ladder['climbs'];
  readonly rungs: readonly PlannedRung[];
}

/** One push that is to be opened. */
export interface PlannedLeg {
  readonly role: string;
  readonly rung: number;
  readonly to: Recipient;
  /** Accounts on duty by the roster; empty where it is for every holder of the duty. */
  readonly accounts: readonly string[];
  readonly channel: ChannelKind;
  /** To the first answer, ms. */
  readonly within: number | undefined;
  /** To the end of the matter, ms. */
  readonly settle: number | undefined;
  readonly ladder: PlannedLadder | null;
  /** Asks whether an unconfirmed signal is real: once that is decided, nobody else is asked. */
  readonly asks: boolean;
}

/** What a plan has to say besides its legs, for the incident's log. */
export interface PlanNote {
  readonly action: 'silenced' | 'nobody-on-duty' | 'no-such-unit';
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Plan {
  readonly legs: readonly PlannedLeg[];
  readonly logs: readonly PlanNote[];
  readonly classified: Classified;
  readonly silence: Silence | undefined;
}

/** Accounts on duty at a unit; undefined where no roster is kept of the duty there. */
export type OnDuty = (duty: string, unit: string | null) => readonly string[] | undefined;

export interface Circumstances {
  readonly hours: 'working' | 'off';
  readonly onDuty: OnDuty;
  readonly silences: readonly Silence[];
  readonly now: Date;
}

/** The legs that a playbook, with its overlays applied, gives a matter as it is now. */
export function plan(playbook: Playbook, matter: Matter, circumstances: Circumstances): Plan {
  const classified = classify(playbook, matter);
  const silence = silenceOf(circumstances.silences, matter, circumstances.now);
  if (silence) {
    const detail = { silence: silence.id, reason: silence.reason, until: silence.until.toISOString() };
    return { legs: [], logs: [{ action: 'silenced', detail }], classified, silence };
  }
  const level = matter.level ?? matter.own.at(-1)?.level;
  const situation = { ...matter, ...classified, hours: circumstances.hours, ...(level === undefined ? {} : { level }) };
  const legs: PlannedLeg[] = [];
  const logs: PlanNote[] = [];
  for (const routed of legsOf(playbook, situation)) {
    const found = recipientsOf(playbook, routed.to, matter, classified.department);
    if (found.length === 0) logs.push({ action: 'no-such-unit', detail: { role: routed.role, route: routed.route } });
    const ladder = ladderOf(playbook, routed, matter, classified);
    const first = { ...routed, rung: 0, to: found, ladder };
    legs.push(...openRung(first, matter, circumstances.onDuty));
  }
  logs.push(...legs.flatMap((leg) => noteGap(leg, circumstances.onDuty)));
  return { legs, logs, classified, silence: undefined };
}

/** The ladder that a leg names, as it is climbed in this matter. */
export function ladderOf(
  playbook: Playbook,
  leg: { readonly ladder?: string | undefined; readonly channels: readonly ChannelKind[] },
  matter: Matter,
  { department }: Classified,
): PlannedLadder | null {
  const ladder = leg.ladder === undefined ? undefined : playbook.ladders[leg.ladder];
  if (!ladder) return null;
  const rungs = ladder.rungs.map(({ to, within, channels = leg.channels }, index) => ({
    rung: index + 1,
    to: recipientsOf(playbook, to, matter, department),
    channels,
    within,
  }));
  return { name: leg.ladder ?? '', climbs: ladder.climbs, rungs };
}

/** The same ladder for a leg that is not the first of its role. */
export function ladderFrom(ladder: PlannedLadder | null, first: number): PlannedLadder | null {
  return ladder && { ...ladder, rungs: ladder.rungs.map((each) => ({ ...each, rung: each.rung + first })) };
}

export interface Opening {
  readonly role: string;
  readonly rung: number;
  readonly to: readonly Recipient[];
  readonly channels: readonly ChannelKind[];
  readonly within?: number | undefined;
  readonly settle?: number | undefined;
  readonly ladder: PlannedLadder | null;
}

/** A push for each recipient that may be reached, on each channel. What is restricted stays in the house. */
export function openRung(opening: Opening, matter: Matter, onDuty: OnDuty): readonly PlannedLeg[] {
  const { role, rung, within, settle, ladder } = opening;
  const channels = matter.restricted ? opening.channels.filter((channel) => channel === 'console') : opening.channels;
  const asks = matter.source === 'device' && !matter.confirmed;
  const legs: PlannedLeg[] = [];
  for (const to of opening.to.filter((each) => mayReach(matter, each))) {
    const accounts = (to.kind === 'duty' ? onDuty(to.id, to.unit) : undefined) ?? [];
    for (const channel of channels) legs.push({ role, rung, to, accounts, channel, within, settle, ladder, asks });
  }
  return legs;
}

/** A roster that has nobody at this hour: then it is for every holder, and the incident says so. */
function noteGap({ role, to, channel }: PlannedLeg, onDuty: OnDuty): readonly PlanNote[] {
  if (channel !== 'console' || to.kind !== 'duty' || onDuty(to.id, to.unit)?.length !== 0) return [];
  return [{ action: 'nobody-on-duty', detail: { role, duty: to.id, unit: to.unit } }];
}
