import type { Profile } from '../format/profile.js';
import { CUT } from '../payload/json.js';
import { addDrop, type Outcome } from './reading.js';
import { isThere, type Scope } from './value.js';

/** Counts what is left out of a message because it is a picture or about a person. */
export type PersonalCounter = (scope: Scope, cuts: number, outcome: Outcome) => void;

type Reason = 'picture' | 'personal-field';
type Members = Readonly<Record<string, unknown>>;

/** The fields of one object of the message, so that each of its members is looked up once. */
interface Group {
  readonly objects: (scope: Scope) => readonly Members[];
  readonly reasons: ReadonlyMap<string, Reason>;
}

export function compilePersonal(personal: Profile['personal']): PersonalCounter {
  const groups = compileGroups(personal);
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
          if (!isThere(value)) continue;
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

function compileGroups({ pictures = [], drop = [], pseudonym = [] }: Profile['personal']): Group[] {
  const groups = new Map<string, Map<string, Reason>>();
  const add = (path: string, reason: Reason): void => {
    const cut = path.lastIndexOf('.');
    const parent = path.slice(0, Math.max(0, cut));
    const group = groups.get(parent) ?? new Map<string, Reason>();
    groups.set(parent, group.set(path.slice(cut + 1), reason));
  };
  for (const path of pictures) add(path, 'picture');
  for (const path of [...drop, ...pseudonym]) add(path, 'personal-field');
  return [...groups].map(([parent, reasons]) => ({
    objects: compileObjects(parent),
    reasons,
  }));
}

/** All objects at a path: a list on the way stands for each of its items. */
function compileObjects(parent: string): Group['objects'] {
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
