import { createHash } from 'node:crypto';
import { AnGridError } from '@angrid/contract';
import type { CloudTransaction } from '../../database.js';
import { schemeOf } from '../codes.js';
import type { Tree } from '../tree.js';
import { heldByUnits, loadTree, takenIds, writeChange, type Writing } from '../tree-store.js';
import type { RowNote, UnitDraft } from './draft.js';
import { type Changed, type ImportContext, type ImportPlan, planImport } from './plan-import.js';
import { type ImportFile, readImport } from './read-file.js';

export interface ImportRequest extends ImportFile, Pick<ImportContext, 'complete' | 'norm'> {
  readonly tree: string;
}

/** What the console shows of a plan: every count, and the first units of each. */
export interface ImportPreview {
  /** Of this file and the tree as it is: who imports says what he or she has seen. */
  readonly digest: string;
  readonly counts: Readonly<
    Record<'added' | 'changed' | 'moved' | 'gone' | 'unchanged' | 'warnings' | 'errors', number>
  >;
  readonly added: readonly PreviewUnit[];
  readonly changed: readonly PreviewChange[];
  readonly moved: readonly PreviewChange[];
  readonly gone: readonly PreviewUnit[];
  readonly warnings: readonly RowNote[];
  readonly errors: readonly RowNote[];
}

interface PreviewUnit {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly path: string;
}

interface PreviewChange extends PreviewUnit {
  readonly fields: readonly string[];
  readonly before: { readonly name: string; readonly path: string };
}

const SHOWN = 200;

/** What an import would do. Nothing is written. */
export async function previewImport(trx: CloudTransaction, request: ImportRequest): Promise<ImportPreview> {
  const tree = await loadTree(trx, request.tree);
  return previewOf(await planOf(trx, tree, request), digestOf(request, tree));
}

/**
 * Does what the preview of this digest has shown, all of it or nothing. Throws import.stale where the tree or the file
 * has changed since, and import.refused where a row has an error.
 */
export async function applyImport(
  trx: CloudTransaction,
  request: ImportRequest,
  digest: string,
  writing: Writing,
): Promise<ImportPreview> {
  const tree = await loadTree(trx, request.tree, true);
  if (digestOf(request, tree) !== digest)
    throw new AnGridError('import.stale', { op: 'units.import', subject: tree.id });
  const plan = await planOf(trx, tree, request);
  if (plan.errors.length > 0) {
    const rows = plan.errors.slice(0, 8).map(({ row, what }) => `${row} ${what}`);
    throw new AnGridError('import.refused', { op: 'units.import', subject: tree.id, detail: rows.join('; ') });
  }
  await writeChange(trx, plan.change, writing);
  return previewOf(plan, digest);
}

async function planOf(trx: CloudTransaction, tree: Tree, request: ImportRequest): Promise<ImportPlan> {
  const scheme = schemeOf(tree.scheme);
  const read = await readImport(request, scheme);
  const context: ImportContext = {
    scheme,
    complete: request.complete,
    norm: request.norm,
    taken: await takenIds(trx, tree.id, read.drafts.flatMap(namesOf)),
    held: await heldByUnits(trx, tree.id),
  };
  return planImport(tree, read, context);
}

const namesOf = ({ id, code }: UnitDraft): string[] => [id, code].flatMap((name) => name ?? []);

function digestOf(
  { bytes, format, crs, complete }: ImportRequest,
  { id, version }: Tree & { version: number },
): string {
  return createHash('sha256')
    .update(JSON.stringify([id, version, format, crs, complete]))
    .update(bytes)
    .digest('hex');
}

function previewOf(plan: ImportPlan, digest: string): ImportPreview {
  const { added, changed, moved, gone, warnings, errors, unchanged } = plan;
  return {
    digest,
    counts: {
      added: added.length,
      changed: changed.length,
      moved: moved.length,
      gone: gone.length,
      unchanged,
      warnings: warnings.length,
      errors: errors.length,
    },
    added: added.slice(0, SHOWN).map(unitOf),
    changed: changed.slice(0, SHOWN).map(changeOf),
    moved: moved.slice(0, SHOWN).map(changeOf),
    gone: gone.slice(0, SHOWN).map(unitOf),
    warnings: warnings.slice(0, SHOWN),
    errors: errors.slice(0, SHOWN),
  };
}

const unitOf = ({ id, name, kind, path }: PreviewUnit): PreviewUnit => ({ id, name, kind, path });

function changeOf({ before, after, fields }: Changed): PreviewChange {
  return { ...unitOf(after), fields, before: { name: before.name, path: before.path } };
}
