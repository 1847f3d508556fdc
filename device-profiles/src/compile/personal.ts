import type { Profile } from '../format/profile.js';
import { CUT } from '../payload/json.js';
import { addDrop, type Outcome } from './reading.js';
import { compileText, isThere, type Scope, type TextGetter, textOf } from './value.js';

/** Counts what is left out of a message because it is a picture or about a person. */
export type PersonalCounter = (scope: Scope, cuts: number, outcome: Outcome) => void;

type Reason = 'picture' | 'personal-field' | 'credential';
type Members = Readonly<Record<string, unknown>>;

/** The fields of one object of the message, so that each of its members is looked up once. */
interface Group {
  readonly objects: (scope: Scope) => readonly Members[];
  readonly reasons: ReadonlyMap<string, Reason>;
}

export function compilePersonal(personal: Profile['personal']): PersonalCounter {
  const groups = compileGroups(personal);
  const nobody = nobodyOf(personal);
  return (scope, cuts, outcome) => {
    let pictures = 0;
    let fields = 0;
    let listedCuts = 0;
    for (const { objects, reasons } of groups) {
      for (const members of objects(scope)) {
        for (const name of Object.keys(members)) {
          const reason = reasons.get(name);
          if (reason === undefined) continue;
          const value = members[name];
          if (!isThere(value) || (reason === 'credential' && nobody.has(textOf(value)))) continue;
          if (reason === 'picture') pictures += 1;
          else fields += 1;
          if (value === CUT) listedCuts += 1;
        }
      }
    }
    addDrop(outcome, 'personal-field', fields);
    addDrop(outcome, 'picture', pictures);
    addDrop(outcome, 'long-text', Math.max(0, cuts - listedCuts));
  };
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

function compileGroups({ pictures = [], drop = [], pseudonym = [] }: Profile['personal']): Group[] {
  const groups = new Map<string, Map<string, Reason>>();
  const add = (path: string, reason: Reason): void => {
    const cut = path.lastIndexOf('.');
    const parent = path.slice(0, Math.max(0, cut));
    const group = groups.get(parent) ?? new Map<string, Reason>();
    groups.set(parent, group.set(path.slice(cut + 1), reason));
  };
  for (const path of pictures) add(path, 'picture');
  for (const path of drop) add(path, 'personal-field');
  for (const path of pseudonym) add(path, 'credential');
  return [...groups].map(([parent, reasons]) => ({
    objects: compileObjects(parent),
    reasons,
  }));
}

/** All objects at a path: a list on the way stands for each of its items. */
function compileObjects(parent: string): Group['objects'] {
  if (parent === '$query') return (scope) => objectsOf(scope.query);
  const names = parent === '' ? [] : parent.split('.');
  return (scope) => {
    let found = objectsOf(scope.body);
    for (const name of names) {
      const [only] = found;
      found =
        found.length === 1 && only !== undefined ? objectsOf(only[name]) : found.flatMap((one) => objectsOf(one[name]));
    }
    return found;
  };
}

const NOTHING: readonly Members[] = [];

function objectsOf(value: unknown): readonly Members[] {
  if (typeof value !== 'object' || value === null) return NOTHING;
  return Array.isArray(value) ? value.flatMap(objectsOf) : [value as Members];
}
