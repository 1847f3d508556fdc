/** The shapes of the console API. Instants are RFC 3339 in UTC. */
import type { LateReason, Localized, Severity } from '@angrid/contract';

export type { Localized, Severity } from '@angrid/contract';

export interface Named {
  readonly id: string;
  readonly name: string;
}

/** In WGS 84. */
export interface Position {
  readonly lon: number;
  readonly lat: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page starts; null at the end. */
  readonly next: string | null;
}

export type Role = 'administrator' | 'property-manager' | 'police' | 'grid-member' | 'installer' | 'auditor';

export interface Session {
  readonly account: {
    readonly id: string;
    readonly login: string;
    readonly label: string;
    readonly role: Role;
    readonly locale: 'zh-CN' | 'en';
    readonly duties: readonly string[];
  };
  readonly scope: { readonly compounds: readonly Named[] | 'all'; readonly units: readonly string[] | 'all' };
  readonly csrf: string;
  readonly permissions: readonly string[];
  /** due: the role demands one, and the cloud lets nothing else be done before. */
  readonly secondFactor: 'unset' | 'set' | 'due';
}

export interface UnitRef {
  readonly path: string;
  /** From the root to the unit itself. */
  readonly names: readonly string[];
}

export interface DeviceRef extends Named {
  readonly kind: 'panel' | 'camera' | 'lock' | 'sensor';
}

export interface Alert {
  readonly alert: string;
  readonly kind: string;
  readonly kindTitle: Localized;
  readonly severity: Severity;
  readonly state: 'active' | 'cleared';
  readonly standing: 'alert' | 'supporting';
  readonly late: boolean;
  readonly exercise: boolean;
  /** Shown to the entitled only: it makes no sound and no notice. */
  readonly restricted: boolean;
  readonly startedAt: string;
  readonly clearedAt: string | null;
  readonly device: DeviceRef;
  readonly place: Named | null;
  /** null: the device is not linked to a place in the grid. */
  readonly unit: UnitRef | null;
  readonly compound: Named;
  readonly channel: string | null;
  readonly rule: string;
  readonly incidentId: string | null;
  /** By which correlation rule it opened no incident. */
  readonly setAside?: string | null;
  readonly evidence: readonly { readonly id: string; readonly kind: EvidenceKind; readonly complete: boolean }[];
  readonly cameras: readonly Named[];
  /** Devices that are cut off behind this one. */
  readonly covers: { readonly count: number; readonly devices: readonly Named[] } | null;
}

export type LegState =
  | 'queued'
  | 'sent'
  | 'delivered'
  | 'read'
  | 'acknowledged'
  | 'accepted'
  | 'resolved'
  | 'returned'
  | 'handed-over'
  | 'failed'
  | 'timed-out'
  | 'withdrawn';

export interface Leg {
  readonly id: string;
  /** What the playbook tells them for: property-manager, confirmer … */
  readonly role: string;
  /** Step of the ladder, from 0. */
  readonly rung: number;
  readonly to: { readonly kind: 'duty' | 'department' | 'unit'; readonly id: string };
  readonly toUnit: UnitRef | null;
  readonly channel: 'console' | 'webhook' | 'wecom' | 'dingtalk' | 'feishu' | 'email';
  readonly state: LegState;
  readonly queuedAt: string;
  readonly sentAt: string | null;
  readonly deliveredAt: string | null;
  readonly readAt: string | null;
  readonly acknowledgedAt: string | null;
  readonly acceptedAt: string | null;
  readonly endedAt: string | null;
  readonly dueAt: string | null;
  /** Until when it should be settled. */
  readonly settleAt: string | null;
  readonly attempts: number;
  readonly reason: string | null;
  readonly lastError: string | null;
}

export interface SilentLeg {
  readonly role: string;
  readonly rung: number;
  readonly escalatesAt: string;
  /** Empty: its ladder ends there. */
  readonly next: readonly { readonly kind: string; readonly id: string; readonly unit: UnitRef | null }[];
}

export type EvidenceKind = 'snapshot' | 'clip';

export interface Evidence {
  readonly id: string;
  readonly kind: EvidenceKind;
  readonly camera: Named;
  readonly spanFrom: string;
  readonly spanTo: string;
  readonly bytes: number;
  readonly complete: boolean;
  readonly sha256: string;
  readonly mediaType: string;
  /** How many areas were blacked out at the gateway. */
  readonly masks: number;
  /** The ring did not reach back as far as it should. */
  readonly shortPreRoll: boolean;
  readonly offsetMs: number;
  /** Its pictures are masked, and the gateway keeps the original. */
  readonly hasOriginal: boolean;
  /** There is a small picture of it to look at, also before its bytes are in the cloud. */
  readonly hasThumbnail: boolean;
  /** It is such an original: the grant that brought it, and under which alone it opens. */
  readonly grantId: string | null;
}

export type IncidentState =
  'open' | 'acknowledged' | 'assigned' | 'accepted' | 'resolved' | 'closed' | 'returned' | 'called-back';

export interface Incident {
  readonly id: string;
  readonly kind: string;
  readonly kindTitle: Localized;
  readonly severity: Severity;
  readonly state: IncidentState;
  readonly why: Localized;
  readonly confirmedBy: null | 'two-sources' | 'person';
  readonly falseAlarm: boolean;
  readonly exercise: boolean;
  /** Shown to the entitled only: it makes no sound and no notice. */
  readonly restricted: boolean;
  readonly openedAt: string;
  readonly lastAlertAt: string;
  readonly closesAt: string;
  readonly version: number;
  readonly place: Named | null;
  readonly unit: UnitRef | null;
  readonly compound: Named;
  /** The most severe ones, in the order in which they began; of an opened incident all. */
  readonly alerts: readonly Alert[];
  readonly alertCount: number;
  readonly legs: readonly Leg[];
  readonly evidence: readonly Evidence[];
  readonly silentLeg: SilentLeg | null;
  /** Nobody is told before that. */
  readonly silencedUntil: string | null;
}

export interface LogEntry {
  readonly at: string;
  readonly actor: { readonly id: string; readonly label: string } | 'system';
  readonly action: string;
  readonly note: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface IncidentDetail extends Incident {
  readonly log: readonly LogEntry[];
  /** What this account may do with it now. */
  readonly actions: readonly IncidentAction[];
  /** Who has taken it first, and has it until it is passed on. */
  readonly owner: { readonly id: string; readonly label: string; readonly since: string | null } | null;
  readonly knowledge: readonly Knowledge[];
  /** The form of the four platforms: when each step was done last. */
  readonly steps: Readonly<Record<string, string | null>>;
  /** Legs that this account may answer by themselves. */
  readonly ownLegs: readonly string[];
  /** What the playbook calls its duties and departments. */
  readonly names: Readonly<Record<string, Localized>>;
  readonly choices: readonly HandOverChoice[];
  /** How long the playbook gives whom a person calls, ms. */
  readonly within: Readonly<Record<'handOver' | 'consultation' | 'rectification', number | null>>;
}

/** When the addressee of a push knew, and by what it is known. */
export interface Knowledge {
  readonly leg: string;
  readonly toldAt: string;
  readonly knewAt: string | null;
  readonly by: 'delivered' | 'read' | 'answered' | null;
}

export interface HandOverChoice {
  readonly to: Readonly<Record<string, string>>;
  readonly name: Localized;
  readonly unit: string | null;
}

export type IncidentAction =
  | 'acknowledge'
  | 'assign'
  | 'accept'
  | 'resolve'
  | 'close'
  | 'return'
  | 'call-back'
  | 'reopen'
  | 'confirm'
  | 'false-alarm'
  | 'hand-over'
  | 'consult'
  | 'rectify'
  | 'note';

export interface Grant {
  readonly grantId: string;
  readonly expiresAt: string;
}

export interface Gateway {
  readonly id: string;
  readonly name: string;
  readonly compound: Named;
  readonly status: 'active' | 'revoked';
  readonly lastSeenAt: string | null;
  readonly silentSince: string | null;
  readonly pending: {
    readonly alarm: number;
    readonly record: number;
    readonly media: number;
    readonly quarantined: number;
  } | null;
  /** Bytes of evidence that it wrote on that day (UTC), and how many it may: flash wears out. */
  readonly evidenceWritten: { readonly day: string; readonly bytes: number; readonly budget: number } | null;
  readonly siteVersion: number;
  readonly siteVersionApplied: number;
  readonly missing: Missing;
}

/** Numbers of events that have not come: still asked for, and lost within a week. */
export interface Missing {
  readonly open: number;
  readonly lost: number;
  readonly devices: number;
}

export interface Overview {
  readonly incidents: { readonly open: number; readonly bySeverity: Readonly<Record<`${Severity}`, number>> };
  readonly gateways: readonly Gateway[];
  readonly doors: {
    readonly total: number;
    readonly offline: number;
    readonly open: number;
    readonly heldOpen: number;
    readonly forced: number;
  };
  readonly cameras: { readonly total: number; readonly offline: number };
  readonly unlinked: number;
}

export type Presence = 'online' | 'offline' | 'unknown';
export type DoorState = 'open' | 'closed' | 'held_open' | 'forced' | 'unknown';

/** How far a camera answers. */
export type Reach = 'reachable' | 'needs-password' | 'up' | 'clock-wrong';

export interface DoorCamera extends Named {
  readonly state: Presence;
  readonly reach: Reach | null;
}

export interface Door {
  readonly id: string;
  readonly name: string;
  readonly compound: Named;
  readonly place: Named | null;
  readonly unit: UnitRef | null;
  readonly state: Presence;
  readonly stateSince: string;
  readonly door: DoorState;
  readonly doorSince: string | null;
  readonly lastEventAt: string | null;
  readonly clockSkewMs: number | null;
  readonly cameras: readonly DoorCamera[];
  readonly activeAlerts: number;
  readonly missing: Missing;
  /** The device that it hangs behind. */
  readonly behind: (Named & { readonly state: Presence }) | null;
}

export interface Device {
  readonly id: string;
  readonly kind: DeviceRef['kind'];
  readonly name: string;
  readonly compound: Named;
  readonly gateway: Named;
  readonly profile: string | null;
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly gb28181: string | null;
  readonly place: Named | null;
  readonly unit: UnitRef | null;
  readonly state: Presence;
  readonly stateSince: string;
  readonly clockSkewMs: number | null;
  readonly reach: Reach | null;
  /** Its own; that of its place is told with the place. */
  readonly position: Position | null;
  readonly cameras?: readonly Named[];
  readonly doors?: readonly Named[];
}

export interface DeviceEvent {
  readonly id: string;
  readonly kind: string;
  readonly kindTitle: Localized;
  readonly occurredAt: string;
  readonly late: boolean;
  readonly lateBecause: LateReason | null;
  readonly exercise: boolean;
  readonly channel: string | null;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

export interface Place {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly compound: Named;
  readonly unit: UnitRef | null;
  readonly position: Position | null;
}

export interface Unit {
  readonly id: string;
  readonly parentId: string | null;
  readonly path: string;
  readonly level: number;
  readonly kind: string;
  readonly name: string;
  /** Its own, and those of units that were merged into it. */
  readonly codes: readonly string[];
  readonly form: 'place' | 'mobile' | 'group';
  readonly population: number | null;
  /** It has an outline for the map. */
  readonly drawn: boolean;
  readonly counts: { readonly open: number; readonly devices: number; readonly offline: number };
}

/** A level of a tree, as its playbook names it. */
export interface TreeLevel {
  readonly level: number;
  readonly name: Localized;
  readonly kinds: readonly string[];
  /** Residents that are too many, by kind. */
  readonly norms: Readonly<Record<string, number>>;
}

export interface UnitTree {
  readonly id: string;
  readonly name: Localized;
  readonly purpose: 'police' | 'grid' | 'property';
  readonly scheme: string;
  readonly wholeLevel: number | null;
  readonly levels: readonly TreeLevel[];
  readonly units: readonly Unit[];
}
