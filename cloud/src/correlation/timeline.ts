import { correlate } from './correlate.js';
import type { AlertFact, Decisions, IncidentFact, Neighbourhood } from './facts.js';
import type { RuleSet } from './rule-set.js';

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
  private readonly reachMs: number;

  constructor(
    private readonly rules: RuleSet,
    private readonly site: Omit<Neighbourhood, 'alerts' | 'incidents'>,
  ) {
    const spans = rules.rules.flatMap(({ withinMs, holdMs, unless }) => [withinMs, holdMs, unless?.withinMs ?? 0]);
    this.reachMs = Math.max(rules.incidentMs, ...spans) + 60_000;
  }

  /** Lets alerts come in, and time pass to `now`. */
  pass(batch: readonly AlertFact[], now: number): Decisions {
    const before = [...this.alerts.values()];
    const waiting = before.filter(({ heldUntil }) => heldUntil !== null);
    const from = Math.min(now, ...[...batch, ...waiting].map(({ at }) => at)) - this.reachMs;
    const alerts = before.filter(({ alert, at }) => at >= from || !this.alerts.delete(alert));
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
