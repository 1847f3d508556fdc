import { AnGridError } from '@angrid/contract';
import { z } from 'zod';
import type { SourceCrs } from '../../schema-units.js';
import type { CodeScheme } from '../codes.js';
import { readOutline } from '../geometry/outline.js';
import { MOST_ROWS, type ReadRows, type RowNote, type UnitDraft } from './draft.js';
import { type Cell, fieldOf, type Row, readRows } from './read-rows.js';

const MOST_POINTS_IN_ALL = 1_000_000;

const collectionSchema = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(
    z.object({
      type: z.literal('Feature'),
      properties: z.record(z.string(), z.unknown()).nullable(),
      geometry: z.unknown(),
    }),
  ),
});

/** Units with outlines: each feature has the fields of a row as its properties. */
export function readFeatures(json: unknown, crs: SourceCrs, scheme: CodeScheme): ReadRows {
  const parsed = collectionSchema.safeParse(json).data;
  if (!parsed) throw new AnGridError('import.unreadable', { op: 'units.import', detail: 'not a FeatureCollection' });
  const { features } = parsed;
  if (features.length > MOST_ROWS) throw new AnGridError('input.too-large', { op: 'units.import', detail: 'features' });
  const { drafts, errors } = readRows(features.map(rowOf), scheme);
  const faults: RowNote[] = [...errors];
  const shaped: UnitDraft[] = [];
  let points = 0;
  for (const draft of drafts) {
    const geometry = features[draft.row - 1]?.geometry ?? null;
    const outline = geometry === null ? null : readOutline(geometry, crs);
    if (typeof outline === 'string') {
      faults.push({ row: draft.row, what: `outline.${outline}`, values: { name: draft.name } });
      continue;
    }
    points += outline?.reduce((sum, ring) => sum + ring.length, 0) ?? 0;
    shaped.push(outline === null ? draft : { ...draft, outline, outlineSource: crs });
  }
  if (points > MOST_POINTS_IN_ALL) throw new AnGridError('input.too-large', { op: 'units.import', detail: 'points' });
  return { drafts: shaped, errors: faults };
}

function rowOf({ properties }: { readonly properties: Readonly<Record<string, unknown>> | null }, index: number): Row {
  const cells: Row['cells'] = {};
  for (const [name, value] of Object.entries(properties ?? {})) {
    const field = fieldOf(name);
    if (field !== undefined) cells[field] = cellOf(value);
  }
  return { row: index + 1, cells };
}

function cellOf(value: unknown): Cell {
  if (typeof value === 'number') return { text: String(value), isNumber: true };
  return { text: typeof value === 'string' ? value : '', isNumber: false };
}
