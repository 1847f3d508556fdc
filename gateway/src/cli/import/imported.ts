import type { Failure } from '../failure.js';
import type { Field, PlannedRow } from './plan.js';

export interface ImportedRow {
  readonly row: number;
  readonly id: string;
  readonly action: PlannedRow['action'];
  readonly fields: readonly Field[];
  readonly problems: readonly { readonly code: string; readonly says: string; readonly cure: string }[];
  /** Absent in a plan. */
  readonly result?: 'done' | 'failed';
  readonly error?: Failure;
}

export interface Imported {
  readonly ok: boolean;
  readonly mode: 'plan' | 'apply';
  readonly rows: readonly ImportedRow[];
  readonly counts: Readonly<Record<PlannedRow['action'] | 'failed', number>>;
  /** The file with the passwords of new panels, where there are any. */
  readonly credentials?: string;
}
