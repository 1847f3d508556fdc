import type { Profile } from '../format/profile.js';
import { CUT } from '../payload/json.js';
import { addDrop, type Outcome } from './reading.js';
import { compileText, isThere, type Scope, type TextGetter, textOf } from './value.js';

/** Counts what is left out of a message because it is a picture or about a person. */
export type PersonalCounter = (scope: Scope, cuts: number, outcome: Outcome) => void;

type Reason = 'picture' | 'personal-field' | 'credential';

/** The personal fields of a message as a tree, so that one walk over the message finds them all. */
interface Branch {
  reason: Reason | undefined;
  readonly members: Map<string, Branch>;
}

interface Found {
  pictures: number;
  fields: number;
  cuts: number;
}

export function compilePersonal(personal: Profile['personal']): PersonalCounter {
  const root = treeOf(personal);
  const query = root.members.get('$query');
  const nobody = nobodyOf(personal);
  return (scope, cuts, outcome) => {
    const found: Found = { pictures: 0, fields: 0, cuts: 0 };
    countIn(scope.body, root, { nobody, found });
    if (query !== undefined) countIn(scope.query, query, { nobody, found });
    addDrop(outcome, 'personal-field', found.fields);
    addDrop(outcome, 'picture', found.pictures);
    addDrop(outcome, 'long-text', Math.max(0, cuts - found.cuts));
  };
}

interface Counting {
  readonly nobody: ReadonlySet<string | undefined>;
  readonly found: Found;
}

/** A list on the way stands for each of its items. */
function countIn(value: unknown, branch: Branch, counting: Counting): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) countIn(item, branch, counting);
    return;
  }
  for (const name in value) {
    const below = branch.members.get(name);
    if (below === undefined) continue;
    const member = (value as Readonly<Record<string, unknown>>)[name];
    if (below.reason !== undefined) countOne(member, below.reason, counting);
    if (below.members.size > 0) countIn(member, below, counting);
  }
}

function countOne(value: unknown, reason: Reason, { nobody, found }: Counting): void {
  if (!isThere(value) || (reason === 'credential' && nobody.has(textOf(value)))) return;
  if (reason === 'picture') found.pictures += 1;
  else found.fields += 1;
  if (value === CUT) found.cuts += 1;
}

/** The first of the fields that names a credential; undefined where nobody showed one. */
export function compileCredential(paths: readonly string[], personal: Profile['personal']): TextGetter {
  const nobody = nobodyOf(personal);
  const fields = paths.map((path) => compileText(path));
  return (scope) => {
    for (const field of fields) {
      const value = field(scope);
      if (value !== undefined && !nobody.has(value)) return value;
    }
    return undefined;
  };
}

function nobodyOf({ nobody = [] }: Profile['personal']): ReadonlySet<string | undefined> {
  return new Set(nobody.map(String));
}

function treeOf({ pictures = [], drop = [], pseudonym = [] }: Profile['personal']): Branch {
  const root = branch();
  const add = (path: string, reason: Reason): void => {
    let at = root;
    for (const name of path.split('.')) {
      const below = at.members.get(name) ?? branch();
      at.members.set(name, below);
      at = below;
    }
    at.reason = reason;
  };
  for (const path of pictures) add(path, 'picture');
  for (const path of drop) add(path, 'personal-field');
  for (const path of pseudonym) add(path, 'credential');
  return root;
}

function branch(): Branch {
  return { reason: undefined, members: new Map() };
}
