/** The shapes of the console API that only administration uses. */
import type { RuleSettings, SiteClass } from '@angrid/contract';
import type { Role } from './types.js';

export interface Gap {
  readonly id: string;
  readonly gateway: string;
  readonly of: 'lane' | 'device';
  readonly lane: string | null;
  readonly device: string | null;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly reason: string;
  readonly noticedAt: string;
  readonly filledAt: string | null;
}

export interface EnrolmentCode {
  readonly code: string;
  readonly expiresAt: string;
}

export interface CompoundNotice {
  readonly contact: string;
  readonly purposes: readonly string[];
}

export interface Compound {
  readonly id: string;
  readonly name: string;
  readonly siteClass: SiteClass;
  readonly purpose: string;
  readonly timezone: string;
  readonly night: string;
  readonly rules: RuleSettings;
  readonly notice: CompoundNotice;
  /** Every property manager sees duress, and not the confirmers alone. */
  readonly restrictedToManagers: boolean;
  /** Id of the playbook by which matters there are handled; null: the standard one. */
  readonly playbook: string | null;
}

export type CompoundDraft = Omit<Compound, 'rules' | 'night'>;

export interface Account {
  readonly id: string;
  readonly login: string;
  readonly label: string;
  readonly role: Role;
  readonly compounds: readonly string[];
  readonly unitPaths: readonly string[];
  readonly duties: readonly string[];
  readonly locale: 'zh-CN' | 'en';
  readonly disabledAt: string | null;
  /** It proves more than its password. */
  readonly secondFactor: boolean;
}

export type AccountDraft = Omit<Account, 'id' | 'disabledAt' | 'secondFactor'>;

export interface AuditEntry {
  readonly id: number;
  readonly at: string;
  readonly actor: string;
  readonly role: string;
  readonly action: string;
  readonly auditClass: string;
  readonly subject: string | null;
  readonly compound: string | null;
  readonly reason: string | null;
  /** What was made, and what the request named. */
  readonly detail: Readonly<Record<string, unknown>> | null;
  /** On what, is not for the auditor to see. */
  readonly restricted: boolean;
}

/** Who keeps the daily root of the audit log outside the house. */
export interface AuditWitness {
  readonly isSet: boolean;
  readonly taken: { readonly rows: number; readonly hash: string; readonly at: string } | null;
  /** What the witness said last, since it took one. */
  readonly refused: { readonly at: string; readonly reason: string } | null;
}

/** What the public page shows of one compound. */
export interface Notice {
  readonly name: string;
  readonly purposes: readonly string[];
  readonly cameras: number;
  readonly retention: readonly { readonly class: string; readonly days: number }[];
  readonly contact: string;
  readonly siteClass: SiteClass;
}
