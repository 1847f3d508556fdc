import type { CodeScheme } from '../codes.js';
import { checkShapes, type Violation } from '../invariants.js';
import { pathChanges, type Tree, type TreeChange, type TreeUnit, unitsByName } from '../tree.js';
import type { ReadRows, RowNote } from './draft.js';
import { type Named, resolveRows } from './resolve-rows.js';

export interface ImportContext {
  readonly scheme: CodeScheme;
  /** The file holds the whole tree: what is not in it is no more. */
  readonly complete: boolean;
  /** Ids that another tree, or the past of this one, has taken. */
  readonly taken: ReadonlySet<string>;
  /** How much each unit answers for now: places and members. */
  readonly held: ReadonlyMap<string, number>;
  /** Residents beyond which a unit of this level and kind is too large. */
  readonly norm: (level: number, kind: string) => number | undefined;
}

export interface Changed {
  readonly before: TreeUnit;
  readonly after: TreeUnit;
  readonly fields: readonly (keyof TreeUnit)[];
}

/** What an import would do, row by row; with an error nothing is done. */
export interface ImportPlan {
  readonly added: readonly TreeUnit[];
  readonly changed: readonly Changed[];
  readonly moved: readonly Changed[];
  readonly gone: readonly TreeUnit[];
  readonly unchanged: number;
  readonly warnings: readonly RowNote[];
  readonly errors: readonly RowNote[];
  readonly change: TreeChange;
}

/** Compares a file with the tree. Pure: the dry run shows it, and the import writes its `change`. */
export function planImport(tree: Tree, read: ReadRows, context: ImportContext): ImportPlan {
  const { named, warnings, errors } = resolveRows(tree, read.drafts, context);
  const before = new Map(tree.units.map((unit) => [unit.id, unit]));
  const gone = context.complete ? tree.units.filter(({ id, parentId }) => parentId !== null && !named.has(id)) : [];
  const { after, errors: lost } = placed(tree, named, new Set(gone.map(({ id }) => id)));
  const compared = compare(before, after);
  const faults = [
    ...read.errors,
    ...errors,
    ...lost,
    ...goneFaults(gone, context.held),
    ...shapeFaults(compared, after, named),
  ];
  return {
    ...compared,
    gone,
    warnings: [...warnings, ...warningsOf(compared, after, named, context)],
    errors: faults.sort((a, b) => a.row - b.row),
    change: changeOf(tree, compared, gone, after),
  };
}

type Compared = Pick<ImportPlan, 'added' | 'changed' | 'moved' | 'unchanged'> & {
  readonly repathed: readonly TreeUnit[];
};

/** The tree with the rows in it: parents first, each with its path and level. */
function placed(
  tree: Tree,
  named: ReadonlyMap<string, Named>,
  gone: ReadonlySet<string>,
): { after: readonly TreeUnit[]; errors: readonly RowNote[] } {
  const old = new Map(tree.units.map((unit) => [unit.id, unit]));
  const ids = [...new Set([...old.keys(), ...named.keys()])].filter((id) => !gone.has(id));
  const done = new Map<string, TreeUnit>();
  const errors: RowNote[] = [];
  const place = (id: string, above: ReadonlySet<string>): TreeUnit | undefined => {
    const ready = done.get(id);
    if (ready) return ready;
    const row = named.get(id);
    if (gone.has(id)) return undefined;
    if (above.has(id)) {
      errors.push({ row: row?.draft.row ?? 0, what: 'cycle', values: { name: row?.draft.name ?? id } });
      return undefined;
    }
    const before = old.get(id);
    const parentId = row ? row.parentId : (before?.parentId ?? null);
    const parent = parentId === null ? undefined : place(parentId, new Set([...above, id]));
    if (parentId !== null && gone.has(parentId))
      errors.push({ row: row?.draft.row ?? 0, what: 'parent-gone', values: { name: row?.draft.name ?? id } });
    if (parentId !== null && !parent) return undefined;
    const unit = unitOf({ id, tree: tree.id, parent, before, row });
    if (parent && unit.level <= parent.level)
      errors.push({ row: row?.draft.row ?? 0, what: 'level-order', values: { name: unit.name, above: parent.name } });
    done.set(id, unit);
    return unit;
  };
  for (const id of ids) place(id, new Set());
  return { after: [...done.values()], errors };
}

interface Making {
  readonly id: string;
  readonly tree: string;
  readonly parent: TreeUnit | undefined;
  readonly before: TreeUnit | undefined;
  readonly row: Named | undefined;
}

function unitOf({ id, tree, parent, before, row }: Making): TreeUnit {
  const path = parent ? `${parent.path}/${id}` : tree;
  const shift = before && parent && before.parentId !== parent.id ? parent.level + 1 : undefined;
  const level = row?.draft.level ?? shift ?? before?.level ?? (parent ? parent.level + 1 : 0);
  const base = before ?? blank;
  const { draft, codes } = row ?? {};
  return {
    ...base,
    id,
    path,
    level,
    parentId: parent?.id ?? null,
    name: draft?.name ?? base.name,
    kind: draft?.kind ?? base.kind,
    codes: codes ?? base.codes,
    population: draft?.population ?? base.population,
    form: draft?.form ?? base.form,
    outline: draft?.outline ?? base.outline,
    outlineSource: draft?.outlineSource ?? base.outlineSource,
  };
}

const blank = {
  kind: 'grid',
  name: '',
  codes: [],
  population: null,
  form: 'place',
  outline: null,
  outlineSource: null,
} as const satisfies Partial<TreeUnit>;

const shown = ['name', 'kind', 'level', 'codes', 'population', 'form', 'outline', 'outlineSource'] as const;

function compare(before: ReadonlyMap<string, TreeUnit>, after: readonly TreeUnit[]): Compared {
  const found = {
    added: [] as TreeUnit[],
    changed: [] as Changed[],
    moved: [] as Changed[],
    repathed: [] as TreeUnit[],
  };
  let unchanged = 0;
  for (const unit of after) {
    const old = before.get(unit.id);
    if (!old) {
      found.added.push(unit);
      continue;
    }
    const fields = shown.filter((field) => told(old, field) !== told(unit, field));
    const change = { before: old, after: unit, fields };
    if (old.parentId !== unit.parentId) found.moved.push(change);
    else if (fields.length > 0) found.changed.push(change);
    else if (old.path !== unit.path) found.repathed.push(unit);
    else unchanged += 1;
  }
  return { ...found, unchanged };
}

/** As one text; the order in which a code is written down says nothing. */
function told(unit: TreeUnit, field: (typeof shown)[number]): string {
  if (field !== 'codes') return JSON.stringify(unit[field]);
  return unit.codes
    .map(({ scheme, value }) => `${scheme} ${value}`)
    .sort()
    .join();
}

function changeOf(tree: Tree, compared: Compared, gone: readonly TreeUnit[], after: readonly TreeUnit[]): TreeChange {
  const { added, changed, moved, repathed } = compared;
  return {
    tree: tree.id,
    put: [
      ...added.map((unit) => ({ unit, change: 'create' as const })),
      ...changed.map(({ after: unit }) => ({ unit, change: 'change' as const })),
      ...moved.map(({ after: unit }) => ({ unit, change: 'move' as const })),
      ...repathed.map((unit) => ({ unit, change: 'move' as const })),
    ],
    ended: gone.map(({ id }) => ({ id, change: 'end' as const, others: [] })),
    paths: [
      ...pathChanges(tree.units, after),
      ...gone.map(({ path }) => ({ from: path, to: [path.split('/').slice(0, -1).join('/')] })),
    ],
    handed: [],
  };
}

const drawing: readonly (keyof TreeUnit)[] = ['outline', 'level'];

/** Only what the file draws, or moves with its outline, is looked at: an old fault elsewhere does not stop a small import. */
function shapeFaults(
  { added, changed, moved }: Compared,
  after: readonly TreeUnit[],
  named: ReadonlyMap<string, Named>,
): readonly RowNote[] {
  const redrawn = changed.filter(({ fields }) => fields.some((field) => drawing.includes(field)));
  const drawn = [...added, ...[...redrawn, ...moved].map((each) => each.after)].filter(({ outline }) => outline);
  if (drawn.length === 0) return [];
  const touched = new Set(drawn.map(({ id }) => id));
  const names = unitsByName(after);
  return checkShapes(after)
    .filter(({ units }) => units.some((id) => touched.has(id)))
    .map((violation) => noteOf(violation, names, named));
}

function noteOf(
  { rule, units, squareMetres = null }: Violation,
  names: ReadonlyMap<string, TreeUnit>,
  named: ReadonlyMap<string, Named>,
): RowNote {
  const rows = units.flatMap((id) => named.get(id)?.draft.row ?? []);
  const [a, b] = units.map((id) => names.get(id)?.name ?? id);
  return {
    row: Math.max(0, ...rows),
    what: rule,
    values: { a: a ?? '', b: b ?? '', squareMetres: squareMetres ?? -1 },
  };
}

function goneFaults(gone: readonly TreeUnit[], held: ReadonlyMap<string, number>): readonly RowNote[] {
  return gone.flatMap(({ id, name }) => {
    const n = held.get(id) ?? 0;
    return n === 0 ? [] : [{ row: 0, what: 'gone-held', values: { name, n } }];
  });
}

function warningsOf(
  { added, changed, moved }: Compared,
  after: readonly TreeUnit[],
  named: ReadonlyMap<string, Named>,
  { norm }: ImportContext,
): readonly RowNote[] {
  const rowOf = (id: string): number => named.get(id)?.draft.row ?? 0;
  const touched = [...added, ...[...changed, ...moved].map((each) => each.after)];
  const tooLarge = touched.flatMap(({ id, name, level, kind, population }) => {
    const most = norm(level, kind);
    if (most === undefined || population === null || population <= most) return [];
    return [{ row: rowOf(id), what: 'norm', values: { name, population, most } }];
  });
  const known = new Map<string, number>();
  for (const { parentId, name } of after)
    known.set(`${parentId}\n${name}`, (known.get(`${parentId}\n${name}`) ?? 0) + 1);
  const twice = touched.filter(({ parentId, name }) => (known.get(`${parentId}\n${name}`) ?? 0) > 1);
  return [...tooLarge, ...twice.map(({ id, name }) => ({ row: rowOf(id), what: 'same-name', values: { name } }))];
}
