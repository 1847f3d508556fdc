import type { Localized } from '@angrid/contract';
import type { AlertFact, Correlated, Decisions, LogLine, Neighbourhood, Placement } from './facts.js';
import { incidentName } from './incident-name.js';
import { IncidentDraft } from './incident-draft.js';
import { type Match, matchAbout, matchesOf } from './pattern.js';
import { quietRuleFor } from './quiet.js';
import type { Rule, RuleSet } from './rule-set.js';
import { Surroundings } from './surroundings.js';
import { whyAlone, whySentence } from './why.js';

interface Held {
  readonly alert: AlertFact;
  readonly until: number;
}

/**
 * A neighbourhood while a batch of alerts passes: each alert takes its place by the first rule that holds, and then
 * brings along, and agrees with, what the other rules say.
 */
export class Batch {
  private readonly surroundings: Surroundings;
  private readonly drafts: Map<string, IncidentDraft>;
  /** What has changed of alerts. */
  private readonly placements = new Map<string, Placement>();
  private readonly log: LogLine[] = [];
  private readonly joined = new Map<string, string[]>();
  /** Those that wait. */
  private held: Held[] = [];

  constructor(
    private readonly rules: RuleSet,
    private readonly neighbourhood: Neighbourhood,
    private readonly now: number,
  ) {
    this.surroundings = new Surroundings(neighbourhood, rules.relations);
    this.drafts = new Map(neighbourhood.incidents.map((fact) => [fact.incident, new IncidentDraft(fact)]));
    for (const alert of neighbourhood.alerts) {
      if (alert.heldUntil !== null) this.held.push({ alert, until: alert.heldUntil });
    }
  }

  take(alert: AlertFact): void {
    if (!alert.late) this.releaseUntil(alert.at);
    this.surroundings.add(alert);
    if (alert.source === 'person') this.openFor({ first: alert, others: [] });
    else this.decide(alert, false);
  }

  /** Decides about what was held until then: what has cleared meanwhile opens nothing. */
  releaseUntil(time: number): void {
    for (let next = this.nextHeld(time); next; next = this.nextHeld(time)) {
      const { alert, until } = next;
      this.held = this.held.filter((one) => one !== next);
      const isOver = alert.clearedAt !== null && alert.clearedAt <= until;
      this.place(alert, { heldUntil: null, setAside: isOver ? 'cleared' : null });
      if (!isOver && this.isFree(alert)) this.decide(alert, true);
    }
  }

  private nextHeld(time: number): Held | undefined {
    let first: Held | undefined;
    for (const one of this.held) if (one.until <= time && (!first || one.until < first.until)) first = one;
    return first;
  }

  decisions(): Decisions {
    const incidents = [...this.drafts.values()].filter(({ isChanged }) => isChanged).map((draft) => draft.change());
    const correlated = incidents
      .filter(({ incident }) => this.drafts.get(incident)?.calls)
      .map(({ incident, opened, confirmed, restricted }): Correlated => ({ incident, opened, confirmed, restricted }));
    return { incidents, placements: [...this.placements.values()], log: this.log, correlated };
  }

  private decide(alert: AlertFact, isDue: boolean): void {
    const rules = this.rules.byKind.get(alert.kind) ?? [];
    const rule = rules.find((each) => this.apply(each, alert, isDue));
    if (rule?.then === 'inhibit' || rule?.then === 'set-aside' || alert.late) return;
    for (const each of rules) this.agree(each, alert);
  }

  /** Whether the rule has found the alert its place. */
  private apply(rule: Rule, alert: AlertFact, isDue: boolean): boolean {
    if (alert.late && rule.then !== 'join') return false;
    for (const match of matchesOf(rule, alert, this.surroundings)) {
      if (this.applyMatch(rule, match, { alert, isDue })) return true;
    }
    return false;
  }

  private applyMatch(rule: Rule, match: Match, { alert, isDue }: { alert: AlertFact; isDue: boolean }): boolean {
    switch (rule.then) {
      case 'inhibit':
        return match.first !== alert && this.inhibit(rule, match.first, alert);
      case 'set-aside':
        this.place(alert, { setAside: rule.id });
        return true;
      case 'join':
        return this.joinBy(rule, match, alert);
      case 'open':
        return this.joinBy(rule, match, alert) || this.openBy(rule, match, { alert, isDue });
    }
  }

  /** The child goes with its parent: into its incident, or waits as long as that waits. */
  private inhibit(rule: Rule, parent: AlertFact, child: AlertFact): boolean {
    const { incident, heldUntil } = this.placementOf(parent);
    if (incident === null && heldUntil === null) return false;
    if (incident === null && heldUntil !== null) {
      this.hold(child, heldUntil + 1);
      return true;
    }
    const draft = this.drafts.get(incident ?? '');
    if (draft?.takes(child)) this.join(draft, child, { setAside: rule.id });
    else this.place(child, { setAside: rule.id });
    return true;
  }

  private joinBy(rule: Rule, match: Match, alert: AlertFact): boolean {
    const found = this.targetOf(rule, match, alert);
    if (!found) return false;
    this.join(found.draft, alert, {});
    if (found.moves) found.draft.isAbout(alert, whyAlone(alert, this.surroundings));
    return true;
  }

  /** The open incident of one of them; a door takes over what a camera at it has opened by itself. */
  private targetOf(rule: Rule, { first, others }: Match, alert: AlertFact) {
    const isFirst = first === alert;
    const own = isFirst ? undefined : this.draftOf(first);
    if (own?.takes(alert)) return { draft: own, moves: false };
    if (!isFirst) return undefined;
    const moves = rule.pattern.some(({ at }) => at === 'linked-camera');
    for (const other of others) {
      const draft = this.draftOf(other);
      if (!draft?.takes(alert)) continue;
      if (!moves || draft.isOnly(other.device)) return { draft, moves };
    }
    return undefined;
  }

  private openBy(rule: Rule, match: Match, { alert, isDue }: { alert: AlertFact; isDue: boolean }): boolean {
    if (this.placementOf(match.first).incident !== null) return false;
    const quiet = match.others.length === 0 ? quietRuleFor(alert, this.neighbourhood) : undefined;
    if (quiet) this.place(alert, { setAside: `quiet:${quiet.id}` });
    else if (rule.holdMs > 0 && !isDue) this.hold(alert, alert.at + rule.holdMs);
    else this.openFor(match, rule);
    return true;
  }

  private openFor({ first, others }: Match, rule?: Rule): void {
    const { compound } = this.neighbourhood;
    const draft = IncidentDraft.open(first, {
      incident: incidentName(compound, first),
      now: this.now,
      closesAt: first.at + this.rules.incidentMs,
      rule: rule?.id ?? 'person',
      severity: rule?.severity ?? first.severity,
      confirmedBy: first.source === 'person' ? 'person' : null,
      why: whyOf(rule, { first, others }, this.surroundings),
    });
    this.drafts.set(draft.id, draft);
    this.place(first, { incident: draft.id, setAside: null, heldUntil: null });
    this.log.push({ incident: draft.id, action: 'opened', detail: { alert: first.alert, kind: first.kind } });
    for (const other of others) if (this.isFree(other) && draft.takes(other)) this.join(draft, other, {});
  }

  /** Brings along what belongs to the alert by a rule of two devices, and confirms where the rule says so. */
  private agree(rule: Rule, alert: AlertFact): void {
    if (rule.then !== 'join' && rule.then !== 'open') return;
    if (!rule.pattern.some(({ at }) => at !== 'same-device')) return;
    for (const match of this.agreeing(rule, alert)) {
      const draft = this.draftOf(match.first);
      if (!draft?.isOpenAt(alert)) continue;
      const counted = match.others.filter((other) => this.countsFor(draft, other));
      if (match.first !== alert && !counted.includes(alert)) continue;
      if (!draft.restricted) for (const other of counted) if (this.isFree(other)) this.join(draft, other, {});
      this.confirmBy(rule, draft, { first: match.first, others: counted });
    }
  }

  /** Where nothing is confirmed and the alert has its place, only what it brings along itself is of interest. */
  private agreeing(rule: Rule, alert: AlertFact): Iterable<Match> {
    if (rule.confirms || this.isFree(alert)) return matchesOf(rule, alert, this.surroundings);
    const match = matchAbout(rule, { first: alert, alert }, this.surroundings);
    return match ? [match] : [];
  }

  private confirmBy(rule: Rule, draft: IncidentDraft, match: Match): void {
    const hasSecond = match.others.some(({ device }) => device !== match.first.device);
    if (!rule.confirms || draft.confirmedBy !== null || !hasSecond) return;
    draft.isAbout(match.first, whyOf(rule, match, this.surroundings));
    draft.confirm();
    this.log.push({ incident: draft.id, action: 'confirmed', detail: { by: 'two-sources', rule: rule.id } });
  }

  private countsFor(draft: IncidentDraft, other: AlertFact): boolean {
    const { incident } = this.placementOf(other);
    return draft.restricted || incident === null || incident === draft.id;
  }

  private join(
    draft: IncidentDraft,
    alert: AlertFact,
    { setAside = null }: { readonly setAside?: string | null },
  ): void {
    this.place(alert, { incident: draft.id, heldUntil: null, setAside });
    draft.take(alert, this.now);
    this.joinedTo(draft.id).push(alert.alert);
  }

  /** The alerts that have joined an incident in this batch: one line of its log. */
  private joinedTo(incident: string): string[] {
    const known = this.joined.get(incident);
    if (known) return known;
    const alerts: string[] = [];
    this.joined.set(incident, alerts);
    this.log.push({ incident, action: 'joined', detail: { alerts } });
    return alerts;
  }

  private hold(alert: AlertFact, until: number): void {
    this.place(alert, { heldUntil: until });
    this.held.push({ alert, until });
  }

  private place(alert: AlertFact, change: Partial<Omit<Placement, 'alert'>>): void {
    this.placements.set(alert.alert, { ...this.placementOf(alert), ...change });
  }

  private placementOf({ alert, incident, heldUntil }: AlertFact): Placement {
    return this.placements.get(alert) ?? { alert, incident, heldUntil, setAside: null };
  }

  private isFree(alert: AlertFact): boolean {
    return this.placementOf(alert).incident === null;
  }

  private draftOf(alert: AlertFact): IncidentDraft | undefined {
    return this.drafts.get(this.placementOf(alert).incident ?? '');
  }
}

function whyOf(rule: Rule | undefined, match: Match, surroundings: Surroundings): Localized {
  if (match.others.length === 0 && rule?.pattern.length !== 1) return whyAlone(match.first, surroundings);
  return rule?.why === undefined ? whyAlone(match.first, surroundings) : whySentence(match, surroundings, rule.why);
}
