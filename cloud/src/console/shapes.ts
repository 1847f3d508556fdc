import type { DeviceKind, EventKind, Localized, Severity } from '@angrid/contract';
import type { LegAddress } from '../dispatch/addressees.js';
import type { LegState } from '../dispatch/leg.js';
import type { PlatformForm } from '../dispatch/platform-form.js';
import type { ChannelKind } from '../playbooks/routing.js';
import type { IncidentState, Reach } from '../schema.js';
import type { Missing } from './delivery/missing.js';

/** The shapes of the console API. Instants become RFC 3339 in UTC. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/** In WGS 84. */
export interface Position {
  readonly lon: number;
  readonly lat: number;
}

export interface UnitRef {
  readonly path: string;
  /** From the root to the unit itself. */
  readonly names: readonly string[];
}

export interface AlertView {
  readonly alert: string;
  readonly kind: EventKind;
  readonly kindTitle: Localized;
  readonly severity: Severity;
  readonly state: 'active' | 'cleared';
  readonly standing: 'alert' | 'supporting';
  readonly late: boolean;
  readonly exercise: boolean;
  /** Shown to the entitled only: silent everywhere. */
  readonly restricted: boolean;
  readonly startedAt: Date;
  readonly clearedAt: Date | null;
  readonly device: Named & { readonly kind: DeviceKind };
  readonly place: Named | null;
  /** null: the device is not linked to a place in the grid. */
  readonly unit: UnitRef | null;
  readonly compound: Named;
  readonly channel: string | null;
  readonly rule: string;
  readonly incidentId: string | null;
  /** By which correlation rule it opened no incident: quiet:<rule>, cleared, or a rule's id. */
  readonly setAside: string | null;
  readonly evidence: readonly Pick<EvidenceView, 'id' | 'kind' | 'complete'>[];
  readonly cameras: readonly Named[];
  /** Devices that hang behind this one: while it is away they are out of reach, and have no alert of their own. */
  readonly covers: { readonly count: number; readonly devices: readonly Named[] } | null;
}

export interface LegView {
  readonly id: string;
  readonly role: string;
  readonly rung: number;
  readonly to: LegAddress;
  /** Names of the unit that is addressed, from the root. */
  readonly toUnit: UnitRef | null;
  readonly channel: ChannelKind;
  readonly state: LegState;
  readonly queuedAt: Date;
  readonly sentAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly readAt: Date | null;
  readonly acknowledgedAt: Date | null;
  readonly acceptedAt: Date | null;
  readonly endedAt: Date | null;
  /** Until when somebody should have answered. */
  readonly dueAt: Date | null;
  /** Until when it should be settled. */
  readonly settleAt: Date | null;
  readonly attempts: number;
  /** Why it came back or went on. */
  readonly reason: string | null;
  readonly lastError: string | null;
}

/** The push that nobody answers, and whom its silence will be told to. */
export interface SilentLeg {
  readonly role: string;
  readonly rung: number;
  readonly escalatesAt: Date;
  /** Empty: its ladder ends there. */
  readonly next: readonly { readonly kind: string; readonly id: string; readonly unit: UnitRef | null }[];
}

export interface EvidenceView {
  readonly id: string;
  readonly kind: 'snapshot' | 'clip';
  readonly camera: Named;
  readonly spanFrom: Date;
  readonly spanTo: Date;
  readonly bytes: number;
  readonly complete: boolean;
  readonly sha256: string;
  readonly mediaType: string;
  readonly masks: number;
  readonly shortPreRoll: boolean;
  readonly offsetMs: number;
  /** Masked, and its unmasked original may be asked for. */
  readonly hasOriginal: boolean;
  /** There is a small picture of it to look at, also before its bytes are here. */
  readonly hasThumbnail: boolean;
  /** This is such an original: the grant that brought it, under which alone it opens. */
  readonly grantId: string | null;
}

export interface IncidentView {
  readonly id: string;
  readonly kind: EventKind;
  readonly kindTitle: Localized;
  readonly severity: Severity;
  readonly state: IncidentState;
  readonly why: Localized;
  readonly confirmedBy: null | 'two-sources' | 'person';
  readonly falseAlarm: boolean;
  readonly exercise: boolean;
  /** Shown to the entitled only: silent everywhere. */
  readonly restricted: boolean;
  readonly openedAt: Date;
  readonly lastAlertAt: Date;
  readonly closesAt: Date;
  readonly version: number;
  readonly place: Named | null;
  readonly unit: UnitRef | null;
  readonly compound: Named;
  /** The most severe, the latest of these, in the order in which they began: eight of them in a list or a message. */
  readonly alerts: readonly AlertView[];
  /** All that it has. */
  readonly alertCount: number;
  readonly legs: readonly LegView[];
  /** The earliest: eight of them in a list or a message. */
  readonly evidence: readonly EvidenceView[];
  /** The leg whose silence becomes the next one's matter. */
  readonly silentLeg: SilentLeg | null;
  /** Category of the playbook; null before it was dispatched. */
  readonly category: string | null;
  readonly police: boolean | null;
  readonly source: PlatformForm['source'];
  /** Nobody is told before that. */
  readonly silencedUntil: Date | null;
}

export interface GatewayView {
  readonly id: string;
  readonly name: string;
  readonly compound: Named;
  readonly status: 'active' | 'revoked';
  readonly lastSeenAt: Date | null;
  readonly silentSince: Date | null;
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

export interface DoorView {
  readonly id: string;
  readonly name: string;
  readonly compound: Named;
  readonly place: Named | null;
  readonly unit: UnitRef | null;
  readonly state: 'online' | 'offline' | 'unknown';
  readonly stateSince: Date;
  readonly door: 'open' | 'closed' | 'held_open' | 'forced' | 'unknown';
  readonly doorSince: Date | null;
  readonly lastEventAt: Date | null;
  readonly clockSkewMs: number | null;
  readonly cameras: readonly (Named & {
    readonly state: 'online' | 'offline' | 'unknown';
    readonly reach: Reach | null;
  })[];
  readonly activeAlerts: number;
  /** The device that it hangs behind: while that is away, nothing of this door arrives. */
  readonly behind: (Named & { readonly state: 'online' | 'offline' | 'unknown' }) | null;
  readonly missing: Missing;
}
