import type { EventKind, Localized, Severity, SourceKind } from '@angrid/contract';

/** An alert as correlation sees it. Instants are ms since 1970. */
export interface AlertFact {
  readonly alert: string;
  readonly device: string;
  readonly kind: EventKind;
  readonly severity: Severity;
  readonly standing: 'alert' | 'supporting';
  readonly source: SourceKind;
  readonly placeId: string | null;
  readonly unitPath: string | null;
  readonly late: boolean;
  readonly exercise: boolean;
  /** Shown to the entitled only, and told to nobody else. */
  readonly restricted: boolean;
  readonly at: number;
  readonly clearedAt: number | null;
  /** The incident that it is in. */
  readonly incident: string | null;
  /** Opens an incident only if it is still active then. */
  readonly heldUntil: number | null;
}

export type ConfirmedBy = 'two-sources' | 'person';

export interface IncidentFact {
  readonly incident: string;
  readonly kind: EventKind;
  readonly severity: Severity;
  readonly placeId: string | null;
  readonly unitPath: string | null;
  readonly confirmedBy: ConfirmedBy | null;
  readonly exercise: boolean;
  readonly restricted: boolean;
  /** Settled or merged: takes nothing any more. */
  readonly done: boolean;
  /** Nobody is told while all that it has told is silenced. */
  readonly silenced: boolean;
  readonly openedAt: number;
  /** The hard close: what began at or after it belongs to another incident. */
  readonly closesAt: number;
  /** Devices of its alerts; a few are enough to tell one from several. */
  readonly devices: readonly string[];
}

export interface DeviceFact {
  readonly name: string;
  /** Cameras that look at this door. */
  readonly cameras: readonly string[];
  /** What must be up for it to be heard: the devices that it hangs behind, nearest first, and its gateway. */
  readonly parents: readonly string[];
  /** How far its clock was off when it was last measured, ms. */
  readonly skewMs: number | null;
}

/** Alerts of certain kinds at a device, place or everywhere in the compound open nothing by themselves for a while. */
export interface QuietRule {
  readonly id: string;
  readonly kinds: readonly EventKind[];
  readonly device: string | null;
  readonly placeId: string | null;
  /** 'HH:MM-HH:MM' in the compound's time, over midnight where it ends before it begins; null: all day. */
  readonly hours: string | null;
  readonly expiresAt: number;
}

/** Everything stored that a batch of alerts can touch, of one compound. */
export interface Neighbourhood {
  readonly compound: string;
  readonly timezone: string;
  readonly devices: ReadonlyMap<string, DeviceFact>;
  /** Paths of its units that are buildings; empty where no rule looks at them. */
  readonly buildings: ReadonlySet<string>;
  readonly alerts: readonly AlertFact[];
  readonly incidents: readonly IncidentFact[];
  readonly quiet: readonly QuietRule[];
}

/** What correlation has done with alerts, by incident. `confirmed`: it was not before. */
export interface Correlated {
  readonly incident: string;
  readonly opened: boolean;
  readonly confirmed: boolean;
  readonly restricted: boolean;
}

export interface IncidentChange extends IncidentFact {
  readonly opened: boolean;
  readonly confirmed: boolean;
  /** How often it changed in this batch: its version moves on by as much. */
  readonly changes: number;
  /** Undefined: the sentence that it has. */
  readonly why: Localized | undefined;
  /** The rule that opened it. */
  readonly rule: string;
  /** When something happened to it last, late alerts aside; null: not in this batch. */
  readonly lastAt: number | null;
}

export interface LogLine {
  readonly incident: string;
  readonly action: 'opened' | 'joined' | 'confirmed';
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Where an alert has come to. */
export interface Placement {
  readonly alert: string;
  readonly incident: string | null;
  readonly heldUntil: number | null;
  /** The rule or quiet rule by which it opened nothing. */
  readonly setAside: string | null;
}

export interface Decisions {
  readonly incidents: readonly IncidentChange[];
  readonly placements: readonly Placement[];
  readonly log: readonly LogLine[];
  readonly correlated: readonly Correlated[];
}
