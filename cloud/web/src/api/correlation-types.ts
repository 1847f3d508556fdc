import type { EventKind } from '@angrid/contract';
import type { Named } from './types.js';

export interface RuleSet {
  /** 0: the file's own. */
  readonly id: number;
  readonly name: string;
  readonly note: string;
  readonly author: string | null;
  readonly createdAt: string | null;
  readonly active: boolean;
}

export interface Tally {
  readonly incidents: number;
  readonly confirmed: number;
}

export interface ReplayedIncident {
  readonly compound: string;
  readonly incident: string;
  readonly kind: EventKind;
  readonly at: string;
  readonly device: string;
  readonly rule: string;
  readonly alerts: number;
  readonly confirmed: boolean;
}

export interface Comparison {
  readonly alerts: number;
  readonly active: Tally;
  readonly candidate: Tally;
  /** How many there are; of these the first are listed. */
  readonly counts: Readonly<Record<'raised' | 'missed' | 'newlyConfirmed' | 'noLongerConfirmed', number>>;
  readonly raised: readonly ReplayedIncident[];
  readonly missed: readonly ReplayedIncident[];
  readonly newlyConfirmed: readonly ReplayedIncident[];
  readonly noLongerConfirmed: readonly ReplayedIncident[];
}

export interface Replay {
  readonly id: string;
  readonly days: number;
  readonly state: 'queued' | 'running' | 'done' | 'failed';
  /** Compounds that are through, of all. */
  readonly progress: number;
  readonly total: number;
  readonly result: Comparison | null;
  readonly error: string | null;
}

export interface QuietRule {
  readonly id: string;
  readonly compound: string;
  readonly kinds: readonly EventKind[];
  readonly device: Named | null;
  readonly place: Named | null;
  readonly hours: string | null;
  readonly reason: string;
  readonly author: string;
  readonly expiresAt: string;
  readonly endedAt: string | null;
  readonly silenced: number;
}

export interface QuietProposal {
  readonly compound: string;
  readonly device: Named;
  readonly kind: EventKind;
  readonly falseAlarms: number;
  readonly lastAt: string;
  readonly notes: readonly string[];
  readonly days: number;
}

export interface NewQuietRule {
  readonly compound: string;
  readonly kinds: readonly EventKind[];
  readonly device: string;
  readonly hours: string | null;
  readonly reason: string;
  readonly days: number;
}

export interface Noise {
  readonly days: number;
  readonly budget: { readonly device: number; readonly unit: number };
  readonly over: readonly {
    readonly of: 'device' | 'unit';
    readonly id: string;
    readonly name: string;
    readonly compound: Named;
    readonly incidents: number;
    readonly falseAlarms: number;
    readonly aDay: number;
  }[];
}
