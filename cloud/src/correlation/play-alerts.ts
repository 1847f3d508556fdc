import type { EventKind } from '@angrid/contract';
import { correlate } from './correlate.js';
import type { AlertFact, Decisions, IncidentFact, Neighbourhood } from './facts.js';
import type { Rule, RuleSet } from './rule-set.js';

/** What has become of alerts, by incident. */
export interface Raised extends IncidentFact {
  /** The rule that opened it. */
  readonly rule: string;
  readonly alerts: readonly string[];
}

/**
 * One compound in memory, over time: the same decisions that ingest makes, without a database. Alerts come in the order
 * of their times; when an alert clears may be known from the start.
 */
export class Timeline {
  private readonly alerts = new Map<string, AlertFact>();
  private readonly facts = new Map<string, IncidentFact>();
  private readonly members = new Map<string, { readonly rule: string; readonly alerts: Set<string> }>();
  private readonly reachMs: ReadonlyMap<EventKind, number>;

  constructor(
    private readonly rules: RuleSet,
    private readonly site: Omit<Neighbourhood, 'alerts' | 'incidents'>,
  ) {
    this.reachMs = new Map([...rules.byKind].map(([kind, meant]) => [kind, reachOf(meant)]));
  }

  /** Lets alerts come in, and time pass to `now`. */
  pass(batch: readonly AlertFact[], now: number): Decisions {
    const before = [...this.alerts.values()];
    const waiting = before.filter(({ heldUntil }) => heldUntil !== null);
    const from = Math.min(now, ...[...batch, ...waiting].map(({ at }) => at));
    const alerts = before.filter((alert) => this.isInReach(alert, from) || !this.alerts.delete(alert.alert));
    const near = new Set(alerts.flatMap(({ incident }) => incident ?? []));
    const incidents = [...near].flatMap((incident) => this.facts.get(incident) ?? []);
    const decisions = correlate(this.rules, { ...this.site, alerts, incidents }, batch, now);
    for (const alert of batch) this.alerts.set(alert.alert, alert);
    this.keep(decisions);
    return decisions;
  }

  /** Somebody resolves or closes it. */
  close(incident: string): void {
    const fact = this.facts.get(incident);
    if (fact) this.facts.set(incident, { ...fact, done: true });
  }

  /** Every incident that there has been, in the order in which they were opened. */
  raised(): readonly Raised[] {
    return [...this.facts.values()].map((fact) => {
      const { rule = '', alerts = [] } = this.members.get(fact.incident) ?? {};
      return { ...fact, rule, alerts: [...alerts] };
    });
  }

  private isInReach({ at, kind, heldUntil }: AlertFact, from: number): boolean {
    return heldUntil !== null || at >= from - (this.reachMs.get(kind) ?? 0);
  }

  private keep({ incidents, placements }: Decisions): void {
    for (const {
      opened,
      confirmed: _confirmed,
      changes: _changes,
      why: _why,
      rule,
      lastAt: _last,
      ...fact
    } of incidents) {
      this.facts.set(fact.incident, fact);
      if (opened) this.members.set(fact.incident, { rule, alerts: new Set() });
    }
    for (const { alert, incident, heldUntil } of placements) {
      const known = this.alerts.get(alert);
      if (known) this.alerts.set(alert, { ...known, incident, heldUntil });
      if (incident !== null) this.members.get(incident)?.alerts.add(alert);
    }
  }
}

const SLACK_MS = 60_000;

/** How long an alert can matter to a later one. */
function reachOf(rules: readonly Rule[]): number {
  return (
    Math.max(0, ...rules.flatMap(({ withinMs, unless }) => [withinMs, ...unless.map((one) => one.withinMs)])) + SLACK_MS
  );
}
