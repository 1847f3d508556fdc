import type { EventKind, Localized, Severity } from '@angrid/contract';
import type { AlertFact, ConfirmedBy, IncidentChange, IncidentFact } from './facts.js';

interface Opening {
  readonly incident: string;
  readonly now: number;
  readonly closesAt: number;
  readonly rule: string;
  readonly severity: Severity;
  readonly confirmedBy: ConfirmedBy | null;
  readonly why: Localized;
}

/** An incident while a batch of alerts passes. */
export class IncidentDraft {
  private opened = false;
  private confirmed = false;
  private changes = 0;
  private touched = false;
  private why: Localized | undefined;
  private rule = '';
  private lastAt: number | null = null;
  private kind: EventKind;
  private severity: Severity;
  private placeId: string | null;
  private unitPath: string | null;
  private by: ConfirmedBy | null;
  private readonly devices: Set<string>;

  constructor(private readonly fact: IncidentFact) {
    this.kind = fact.kind;
    this.severity = fact.severity;
    this.placeId = fact.placeId;
    this.unitPath = fact.unitPath;
    this.by = fact.confirmedBy;
    this.devices = new Set(fact.devices);
  }

  static open(first: AlertFact, opening: Opening): IncidentDraft {
    const { incident, now, closesAt, severity, confirmedBy } = opening;
    const { kind, placeId, unitPath, exercise, restricted, device } = first;
    const draft = new IncidentDraft({
      incident,
      kind,
      severity,
      placeId,
      unitPath,
      confirmedBy,
      exercise,
      restricted,
      done: false,
      silenced: false,
      openedAt: now,
      closesAt,
      devices: [device],
    });
    draft.opened = true;
    draft.touched = true;
    draft.lastAt = first.at;
    draft.confirmed = confirmedBy !== null;
    draft.why = opening.why;
    draft.rule = opening.rule;
    return draft;
  }

  get id(): string {
    return this.fact.incident;
  }

  get restricted(): boolean {
    return this.fact.restricted;
  }

  get confirmedBy(): ConfirmedBy | null {
    return this.by;
  }

  get isChanged(): boolean {
    return this.opened || this.changes > 0;
  }

  /** Somebody else may have to be called: not where something has joined that changes nothing, or is late. */
  get calls(): boolean {
    const { fact, kind, severity, placeId, unitPath } = this;
    const isOther = kind !== fact.kind || severity !== fact.severity;
    const isElsewhere = placeId !== fact.placeId || unitPath !== fact.unitPath;
    return this.touched && (this.opened || this.confirmed || fact.silenced || isOther || isElsewhere);
  }

  /** Before its hard close, and its own kind of alert: a drill, a restricted one and the others keep apart. */
  takes(alert: AlertFact): boolean {
    return this.isOpenAt(alert) && alert.restricted === this.restricted;
  }

  isOpenAt({ exercise, at }: AlertFact): boolean {
    return !this.fact.done && exercise === this.fact.exercise && at < this.fact.closesAt;
  }

  isOnly(device: string): boolean {
    return [...this.devices].every((known) => known === device);
  }

  take(alert: AlertFact, now: number): void {
    this.devices.add(alert.device);
    this.changes += 1;
    if (alert.late) return;
    this.touched = true;
    this.lastAt = now;
    if (alert.severity < this.severity) this.severity = alert.severity;
  }

  /** Gives it name and place of this alert, where that has a place. */
  isAbout({ kind, placeId, unitPath }: AlertFact, why: Localized): void {
    this.kind = kind;
    this.placeId = placeId ?? this.placeId;
    this.unitPath = unitPath ?? this.unitPath;
    this.why = why;
  }

  confirm(): void {
    this.by = 'two-sources';
    this.confirmed = true;
    this.touched = true;
    this.changes += 1;
  }

  change(): IncidentChange {
    const { fact, kind, severity, placeId, unitPath, opened, confirmed, changes, why, rule, lastAt } = this;
    const devices = [...this.devices];
    const now = { kind, severity, placeId, unitPath, devices, confirmedBy: this.by };
    return { ...fact, ...now, opened, confirmed, changes, why, rule, lastAt };
  }
}
