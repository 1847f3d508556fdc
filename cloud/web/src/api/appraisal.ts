import type { Locale, Localized } from '@angrid/contract';
import { type Http, withQuery } from './http.js';

/** ms */
export interface Spread {
  readonly p50: number | null;
  readonly p90: number | null;
}

export interface Figures {
  readonly received: number;
  readonly closed: number;
  /** 0–1 */
  readonly closingRate: number | null;
  readonly special: Readonly<Record<'exercise' | 'merged' | 'falseAlarm' | 'reopened' | 'returned', number>>;
  readonly acknowledge: Spread;
  readonly close: Spread;
  readonly overdue: number;
  readonly cases: number;
  readonly compounds: number;
  readonly zeroCompounds: number;
}

export interface UnitAppraisal {
  readonly unit: { readonly path: string; readonly name: string; readonly kind: string };
  readonly figures: Figures;
  readonly points: number;
  readonly stars: number | null;
  readonly courses: number;
  readonly attendances: number;
}

export interface HolderAppraisal {
  readonly account: string;
  readonly label: string;
  readonly duties: readonly string[];
  readonly points: number;
  readonly stars: number | null;
}

interface Named {
  readonly id: string;
  readonly name: Localized;
}

export type Defined =
  | 'closingRate'
  | 'acknowledge'
  | 'close'
  | 'overdue'
  | 'zeroCompounds'
  | 'caseFree'
  | 'points'
  | 'training'
  | 'periods';

export interface Course {
  readonly id: string;
  readonly unit: string;
  readonly title: string;
  readonly heldOn: string;
  readonly attendance: Readonly<Record<string, number>>;
}

export interface AppraisalReport {
  readonly playbook: Named;
  readonly playbooks: readonly Named[];
  readonly period: { readonly id: string };
  readonly periods: readonly string[];
  /** Id of the tree by whose units is counted. */
  readonly tree: string | null;
  readonly trees: readonly Named[];
  readonly level: number;
  readonly levels: readonly { readonly level: number; readonly name: Localized | null }[];
  readonly definitions: Readonly<Record<Defined, Localized>>;
  readonly duties: Readonly<Record<string, Localized>>;
  /** Duties whose holders are trained. */
  readonly trainees: readonly string[];
  readonly total: Figures;
  readonly caseFree: { readonly units: number; readonly of: number };
  readonly units: readonly UnitAppraisal[];
  readonly holders: readonly HolderAppraisal[];
  readonly courses: readonly Course[];
}

/** What is appraised: left out, the cloud takes the standard playbook, the running period, its first tree, the highest level. */
export interface AppraisalQuery {
  readonly playbook?: string | undefined;
  readonly period?: string | undefined;
  readonly tree?: string | undefined;
  readonly level?: number | undefined;
}

export interface LedgerEntry {
  readonly id: number;
  readonly fact: string;
  readonly unit: string | null;
  readonly points: number;
  readonly incident: string | null;
  readonly at: string;
  readonly corrects: number | null;
  readonly corrected: boolean;
  readonly reason: string | null;
}

export interface LedgerPage {
  readonly items: readonly LedgerEntry[];
  readonly next: number | null;
}

export interface NewCourse {
  readonly playbook: string;
  readonly unit: string;
  readonly title: string;
  readonly heldOn: string;
  readonly attendance: Readonly<Record<string, number>>;
}

/** Points, training and the figures of how matters are handled. */
export const appraisalApi = (http: Http) => ({
  report: (query: AppraisalQuery) => http.get<AppraisalReport>('/api/appraisal', { ...query }),
  workbook: (query: AppraisalQuery, locale: Locale) => withQuery('/api/appraisal/export.xlsx', { ...query, locale }),
  points: (query: AppraisalQuery & { unit?: string; account?: string; before?: number | null }) =>
    http.get<LedgerPage>('/api/appraisal/points', { ...query }),
  correct: (entry: number, reason: string) => http.send('POST', `/api/appraisal/points/${entry}/correct`, { reason }),
  addCourse: (course: NewCourse) => http.send<{ id: string }>('POST', '/api/appraisal/courses', course),
});
