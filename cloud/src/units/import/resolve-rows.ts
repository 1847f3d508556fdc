import type { CodeScheme } from '../codes.js';
import { formerCode, type Tree, type TreeUnit, type UnitCode, unitsByName } from '../tree.js';
import type { RowNote, UnitDraft } from './draft.js';

/** A row that knows which unit it means, and which one is above. */
export interface Named {
  readonly draft: UnitDraft;
  readonly codes: readonly UnitCode[] | undefined;
  /** null for the root. */
  readonly parentId: string | null;
}

interface Names {
  readonly scheme: CodeScheme;
  readonly taken: ReadonlySet<string>;
}

interface Identified {
  readonly id: string;
  readonly draft: UnitDraft;
  readonly before: TreeUnit | undefined;
}

/** What the rows mean. */
export interface Resolved {
  readonly named: ReadonlyMap<string, Named>;
  readonly warnings: readonly RowNote[];
  readonly errors: readonly RowNote[];
}

/**
 * By id where there is one, else by code; new units get their code as id, or the tree's name before it. A row about a
 * unit that was merged into another one is left out, with a warning: those below it are below the one that stays.
 */
export function resolveRows(tree: Tree, drafts: readonly UnitDraft[], { scheme, taken }: Names): Resolved {
  const known = unitsByName(tree.units);
  const warnings: RowNote[] = [];
  const errors: RowNote[] = [];
  const rows = new Map<string, Identified>();
  for (const draft of drafts) {
    const by = draft.id ?? draft.code ?? '';
    const before = known.get(by);
    if (before && formerCode(before, by)) {
      warnings.push({ row: draft.row, what: 'merged', values: { name: draft.name, into: before.name } });
      continue;
    }
    const id = before?.id ?? draft.id ?? idOf(tree.id, draft.code, taken);
    const fault = id === undefined ? 'no-identity' : taken.has(id) && !before ? 'id-taken' : undefined;
    const other = id === undefined ? undefined : rows.get(id);
    if (fault || id === undefined)
      errors.push({ row: draft.row, what: fault ?? 'no-identity', values: { name: draft.name } });
    else if (other) errors.push({ row: draft.row, what: 'twice', values: { name: draft.name, row: other.draft.row } });
    else rows.set(id, { id, draft, before });
  }
  const inFile = new Map(
    [...rows.values()].flatMap(({ id, draft }) => [
      [id, id] as const,
      ...(draft.code === undefined ? [] : [[draft.code, id] as const]),
    ]),
  );
  const root = tree.units.find(({ parentId }) => parentId === null)?.id ?? null;
  const find = (name: string): string | undefined => inFile.get(name) ?? known.get(name)?.id;
  const named = new Map<string, Named>();
  for (const row of rows.values()) {
    const parentId = row.id === root ? null : parentOf(row, scheme, find, root);
    if (parentId === undefined) {
      const { name, parent = '', row: at } = row.draft;
      errors.push({ row: at, what: 'parent-unknown', values: { name, parent } });
    } else named.set(row.id, { draft: row.draft, parentId, codes: codesOf(row, scheme) });
  }
  return { named, warnings, errors };
}

function idOf(tree: string, code: string | undefined, taken: ReadonlySet<string>): string | undefined {
  if (code === undefined || code === '') return undefined;
  return taken.has(code) ? `${tree}-${code}` : code;
}

/** What the row says; else what the code says; else where it is; else the root. */
function parentOf(
  { draft, before }: Identified,
  scheme: CodeScheme,
  find: (name: string) => string | undefined,
  root: string | null,
): string | null | undefined {
  if (draft.parent !== undefined) return find(draft.parent);
  for (const code of draft.code === undefined ? [] : scheme.parents(draft.code)) {
    const above = find(code);
    if (above !== undefined) return above;
  }
  return before ? before.parentId : root;
}

/** Codes of other schemes stay, and those of units that were merged into it. */
function codesOf({ draft, before }: Identified, { id: scheme }: CodeScheme): readonly UnitCode[] | undefined {
  if (draft.code === undefined) return before?.codes;
  const { code: value } = draft;
  const others = (before?.codes ?? []).filter((code) => code.scheme !== scheme || code.formerSince !== undefined);
  return [{ scheme, value }, ...others.filter((code) => code.scheme !== scheme || code.value !== value)];
}
