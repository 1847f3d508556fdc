/** The shapes of the API of units, their maps, imports and registers. */
import type { Localized, Named, Position, UnitRef } from './types.js';

export type Outline = readonly (readonly (readonly [number, number])[])[];
export type Crs = 'wgs84' | 'gcj02' | 'bd09';

/** A position as somebody read it: in which system. */
export interface PositionRead extends Position {
  readonly crs: Crs;
}

export interface UnitDetail {
  readonly id: string;
  readonly tree: string;
  readonly parentId: string | null;
  readonly path: string;
  readonly level: number;
  readonly kind: string;
  readonly name: string;
  readonly form: 'place' | 'mobile' | 'group';
  /** `formerSince`: of a unit that was merged into this one then. */
  readonly codes: readonly { readonly scheme: string; readonly value: string; readonly formerSince?: string }[];
  readonly population: number | null;
  /** Residents beyond which it is too large. */
  readonly norm: number | null;
  readonly drawn: boolean;
  readonly places: readonly {
    readonly compound: string;
    readonly place: string;
    readonly name: string;
    readonly by: 'hand' | 'geometry';
  }[];
  readonly members: readonly { readonly compound: string; readonly entry: string; readonly name: string }[];
  readonly across: readonly { readonly compound: string; readonly units: readonly string[] }[];
  readonly history: readonly {
    readonly from: string | null;
    readonly to: string | null;
    readonly path: string;
    readonly name: string;
    readonly change: string;
    readonly others: readonly string[];
  }[];
}

export interface UnitPart {
  readonly name: string;
  readonly children: readonly string[];
  readonly places: readonly { readonly compound: string; readonly place: string }[];
}

interface MapPoint {
  readonly compound: string;
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly lon: number;
  readonly lat: number;
}

export interface UnitMap {
  readonly unit: Named & { readonly path: string; readonly parentId: string | null; readonly outline: Outline | null };
  readonly below: readonly (Named & { readonly path: string; readonly outline: Outline; readonly open: number })[];
  readonly places: readonly MapPoint[];
  readonly devices: readonly (MapPoint & { readonly state: string })[];
}

export interface TreeDraft {
  readonly id: string;
  readonly name: Localized;
  readonly purpose: 'police' | 'grid' | 'property';
  readonly scheme: string;
  readonly root: { readonly name: string; readonly kind: string; readonly code?: string };
}

export interface ImportQuery {
  readonly tree: string;
  readonly format: 'csv' | 'xlsx' | 'geojson';
  readonly crs: Crs;
  readonly complete: boolean;
  /** The playbook whose norms of size are compared. */
  readonly playbook?: string;
  readonly digest?: string;
}

export interface ImportNote {
  readonly row: number;
  readonly what: string;
  readonly values: Readonly<Record<string, string | number>>;
}

export interface ImportUnit extends Named {
  readonly kind: string;
  readonly path: string;
}

export interface ImportChange extends ImportUnit {
  readonly before: { readonly name: string; readonly path: string };
}

export type ImportCount = 'added' | 'changed' | 'moved' | 'gone' | 'unchanged' | 'warnings' | 'errors';

export interface ImportPreview {
  readonly digest: string;
  readonly counts: Readonly<Record<ImportCount, number>>;
  readonly added: readonly ImportUnit[];
  readonly changed: readonly ImportChange[];
  readonly moved: readonly ImportChange[];
  readonly gone: readonly ImportUnit[];
  readonly warnings: readonly ImportNote[];
  readonly errors: readonly ImportNote[];
}

export interface Unlinked {
  readonly devices: number;
  readonly places: number;
  readonly incidents: number;
  readonly owner: { readonly duty: string; readonly labels: readonly string[]; readonly appointed: boolean };
}

export type Register = 'facility' | 'premises' | 'house';

export interface RegisterEntry extends Named {
  readonly compound: Named;
  readonly register: Register;
  readonly kind: string;
  readonly place: Named | null;
  readonly unit: UnitRef | null;
}

export interface RegisterDraft {
  readonly compound: string;
  readonly register: Register;
  readonly name: string;
  readonly kind: string;
  readonly place: string | null;
  readonly unit: string | null;
}
