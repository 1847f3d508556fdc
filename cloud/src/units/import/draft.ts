import type { Outline, SourceCrs, UnitForm } from '../../schema-units.js';

/** One row of an import, read but not yet compared with the tree. */
export interface UnitDraft {
  /** As a spreadsheet numbers it; a feature by its place in the collection, from 1. */
  readonly row: number;
  readonly id?: string;
  readonly code?: string;
  readonly name: string;
  readonly kind?: string;
  readonly level?: number;
  /** Id or code of the unit above. */
  readonly parent?: string;
  readonly population?: number;
  readonly form?: UnitForm;
  readonly outline?: Outline;
  readonly outlineSource?: SourceCrs;
}

/** What is to be said of a row; the console has the sentence by `what`. */
export interface RowNote {
  readonly row: number;
  readonly what: string;
  readonly values: Readonly<Record<string, string | number>>;
}

export interface ReadRows {
  readonly drafts: readonly UnitDraft[];
  readonly errors: readonly RowNote[];
}

export const MOST_ROWS = 20_000;
