import type { DayKind, Localized } from '@angrid/contract';
import type { Http } from './http.js';

export type UnitReference = 'own' | 'parent' | 'territory' | { readonly level: number };
export type Target =
  | { readonly duty: string; readonly unit: UnitReference }
  | { readonly department: string; readonly unit: UnitReference }
  | { readonly group: string; readonly unit: UnitReference };

export interface Rung {
  readonly to: Target;
  /** ms */
  readonly within: number;
}

export interface Ladder {
  readonly name: Localized;
  readonly climbs: 'when-silent' | 'to-the-top';
  readonly rungs: readonly Rung[];
}

export interface PlaybookLeg {
  readonly role: string;
  readonly to: Target;
  readonly channels: readonly string[];
  /** ms */
  readonly within?: number;
  /** ms */
  readonly settle?: number;
  readonly ladder?: string;
}

export interface PlaybookRoute {
  readonly id: string;
  readonly statement?: Localized;
  readonly when: Readonly<Record<string, unknown>>;
  readonly legs: readonly PlaybookLeg[];
}

export interface TreeLevel {
  readonly level: number;
  readonly name: Localized;
}

type Named = Readonly<Record<string, { readonly name: Localized }>>;

export interface Playbook {
  readonly id: string;
  readonly version: number;
  readonly name: Localized;
  readonly summary: Localized;
  readonly trees: readonly { readonly id: string; readonly levels: readonly TreeLevel[] }[];
  readonly duties: Readonly<
    Record<string, { readonly name: Localized; readonly officer: boolean; readonly cover: string }>
  >;
  readonly departments: Named;
  readonly groups: Named;
  readonly categories: Readonly<Record<string, { readonly name: Localized; readonly police: boolean }>>;
  readonly workingHours: readonly string[];
  readonly firstAsked: boolean;
  /** ms */
  readonly handOver?: { readonly within: number; readonly ladder?: string };
  readonly routes: readonly PlaybookRoute[];
  readonly ladders: Readonly<Record<string, Ladder>>;
  readonly overlays: Named;
}

export interface OverlaySwitch {
  readonly id: string;
  readonly overlay: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly author: string;
}

export interface PlaybookView {
  readonly playbook: Playbook;
  readonly findings: readonly { readonly code: string; readonly at: string; readonly detail: string }[];
  readonly switches: readonly OverlaySwitch[];
  /** Whether the reader may switch its overlays. */
  readonly maySwitch: boolean;
}

export interface PlaybookVersion {
  readonly digest: string;
  readonly version: number;
  readonly firstUsedAt: string;
  readonly current: boolean;
}

/** One part that two versions have differently, by its place in the file. */
export interface Difference {
  readonly at: string;
  readonly before?: string;
  readonly after?: string;
}

export interface PlaybookList {
  readonly playbooks: readonly {
    readonly id: string;
    readonly version: number;
    readonly name: Localized;
    readonly standard: boolean;
  }[];
  readonly duties: readonly { readonly id: string; readonly name: Localized; readonly heldBy: readonly string[] }[];
  readonly yearsMissing: readonly number[];
}

export interface Holder {
  readonly id: string;
  readonly label: string;
  readonly role: string;
}

export interface Band {
  readonly from: number;
  readonly to: number;
  readonly accounts: readonly string[];
  readonly gap: boolean;
}

export interface Shift {
  readonly id: string;
  readonly duty: string;
  readonly account: string;
  readonly days: readonly DayKind[];
  readonly hours: string;
}

export interface RosterChange {
  readonly id: string;
  readonly kind: 'away' | 'extra';
  readonly account: string;
  readonly duty: string | null;
  readonly standIn: string | null;
  readonly reason: string;
  readonly from: string;
  readonly to: string;
}

export interface DutyWeek {
  readonly duty: string;
  readonly name: Localized;
  readonly cover: 'always' | 'working' | 'none';
  readonly heldBy: readonly string[];
  readonly shifts: readonly Shift[];
  readonly gaps: readonly { readonly from: string; readonly to: string }[];
  readonly days: readonly { readonly date: string; readonly bands: readonly Band[] }[];
}

export interface RosterWeek {
  readonly unit: string;
  readonly dates: readonly { readonly date: string; readonly kind: DayKind }[];
  readonly duties: readonly DutyWeek[];
  readonly changes: readonly RosterChange[];
  readonly holders: readonly Holder[];
}

export interface NewShift {
  readonly unit: string;
  readonly duty: string;
  readonly account: string;
  readonly days: readonly DayKind[];
  readonly hours: string;
  readonly from: string;
}

export interface NewAway {
  readonly account: string;
  readonly standIn: string | null;
  readonly reason: string;
  readonly from: string;
  readonly to: string;
}

/** Playbooks with their overlays, and duty rosters. */
export const governanceApi = (http: Http) => ({
  playbooks: () => http.get<PlaybookList>('/api/playbooks'),
  playbook: (id: string) => http.get<PlaybookView>(`/api/playbooks/${id}`),
  versions: async (id: string) =>
    (await http.get<{ versions: PlaybookVersion[] }>(`/api/playbooks/${id}/versions`)).versions,
  differences: async (id: string, compared: { before: string; after: string }) =>
    (await http.get<{ differences: Difference[] }>(`/api/playbooks/${id}/differences`, compared)).differences,
  switchOn: (id: string, wish: { overlay: string; from: string; to: string; reason: string }) =>
    http.send<{ id: string }>('POST', `/api/playbooks/${id}/overlays`, wish),
  switchOff: (id: string, one: string) => http.send('POST', `/api/playbooks/${id}/overlays/${one}/end`, {}),
  roster: (of: { unit: string; playbook: string; from?: string }) => http.get<RosterWeek>('/api/rosters', of),
  addShift: (shift: NewShift) => http.send<{ id: string }>('POST', '/api/rosters/shifts', shift),
  removeShift: (id: string) => http.send('DELETE', `/api/rosters/shifts/${id}`),
  addAway: (away: NewAway) => http.send<{ id: string }>('POST', '/api/rosters/changes', { kind: 'away', ...away }),
  removeChange: (id: string) => http.send('DELETE', `/api/rosters/changes/${id}`),
});
