/** The shapes of what people report, of rounds, of the day and of care. Instants are RFC 3339 in UTC. */
import type { Localized, Named, Severity } from './types.js';

export const reportCategories = ['hazard', 'damage', 'dispute', 'disturbance', 'result'] as const;
export type ReportCategory = (typeof reportCategories)[number];

export interface ReportForm {
  readonly name: string;
  readonly places: readonly Named[];
}

export interface ReportDraft {
  readonly category: ReportCategory;
  readonly place: string | null;
  readonly text: string;
  readonly wantsCode: boolean;
}

export interface ReportReceipt {
  readonly report: string;
  readonly upload: string;
  readonly code: string | null;
}

export interface ReportStanding {
  readonly category: ReportCategory;
  readonly at: string;
  readonly state: string;
  readonly closedAt: string | null;
}

export interface PersonsReport {
  readonly id: string;
  readonly category: ReportCategory;
  readonly text: string;
  readonly redacted: Readonly<Record<'phone' | 'identity' | 'plate', number>>;
  readonly at: string;
  readonly onDuty: boolean;
}

export type SeenState = 'in-order' | 'remark' | 'not-seen';

export interface SeenItem {
  readonly item: string;
  readonly state: SeenState;
  readonly note: string | null;
}

export interface Round {
  readonly from: string;
  readonly to: string;
  readonly state: 'to-come' | 'due' | 'signed' | 'missed';
  readonly signedAt: string | null;
  readonly by: string | null;
  readonly seen: readonly SeenItem[];
}

export interface Patrol {
  readonly id: string;
  readonly name: string;
  readonly of: 'cameras' | 'places';
  readonly compound: Named;
  readonly unit: string | null;
  readonly windows: readonly string[];
  readonly items: readonly Named[];
  readonly rounds: readonly Round[];
}

export interface PatrolDraft {
  readonly compound: string;
  readonly unit: string | null;
  readonly name: string;
  readonly of: 'cameras' | 'places';
  readonly windows: readonly string[];
  readonly items: readonly string[];
}

export interface LegOfDay {
  readonly incident: string;
  readonly role: string;
  readonly why: Localized;
  readonly at: string;
}

export interface DailyList {
  readonly unit: string;
  readonly date: string;
  readonly open: readonly {
    readonly incident: string;
    readonly kindTitle: Localized;
    readonly why: Localized;
    readonly severity: Severity;
    readonly state: string;
    readonly place: string | null;
    readonly openedAt: string;
  }[];
  readonly due: readonly LegOfDay[];
  readonly missed: readonly LegOfDay[];
  readonly patrols: readonly Patrol[];
  readonly visits: readonly {
    readonly id: string;
    readonly kind: VisitKind;
    readonly compound: string;
    readonly place: string;
    readonly note: string | null;
    readonly at: string;
  }[];
  readonly figures: Readonly<
    Record<'open' | 'closed' | 'due' | 'missed' | 'roundsSigned' | 'roundsMissed' | 'visits', number>
  >;
  readonly summary: { readonly text: string; readonly by: string; readonly signedAt: string } | null;
}

export const visitKinds = ['visit', 'sweep', 'publicity'] as const;
export type VisitKind = (typeof visitKinds)[number];

export interface Visit {
  readonly compound: string;
  readonly place: string;
  readonly kind: VisitKind;
  readonly note: string | null;
}

export interface CareTask {
  readonly id: string;
  readonly compound: string;
  readonly place: string;
  readonly metAt: string;
  readonly raisedAt: string;
  readonly dueAt: string;
  readonly attempts: number;
}

export interface CareConsent {
  readonly id: string;
  readonly compound: string;
  readonly place: string;
  readonly reference: string;
  readonly door: boolean;
  readonly recordedBy: string;
  readonly recordedAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  readonly metAt: string;
}

export interface ConsentDraft {
  readonly compound: string;
  readonly place: string;
  readonly door: boolean;
  readonly reference: string;
  readonly days: number;
}
