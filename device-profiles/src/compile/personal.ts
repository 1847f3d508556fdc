import type { Profile } from '../format/profile.js';
import { CUT } from '../payload/json.js';
import { addDrop, type Outcome } from './reading.js';
import { compilePath, type Getter, isThere, type Scope } from './value.js';

/** Counts what is left out of a message because it is a picture or about a person. */
export type PersonalCounter = (scope: Scope, cuts: number, outcome: Outcome) => void;

type Reason = 'picture' | 'personal-field';

/** The fields of one object of the message, so that each of its members is looked up once. */
interface Group {
  readonly object: Getter;
  readonly reasons: ReadonlyMap<string, Reason>;
}

export function compilePersonal(personal: Profile['personal']): PersonalCounter {
  const groups = compileGroups(personal);
  return (scope, cuts, outcome) => {
    let pictures = 0;
    let fields = 0;
    let listedCuts = 0;
    for (const { object, reasons } of groups) {
      const members = object(scope);
      if (typeof members !== 'object' || members === null) continue;
      for (const name of Object.keys(members)) {
        const reason = reasons.get(name);
        if (reason === undefined) continue;
        const value = (members as Readonly<Record<string, unknown>>)[name];
        if (!isThere(value)) continue;
        if (reason === 'picture') pictures += 1;
        else fields += 1;
        if (value === CUT) listedCuts += 1;
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
    object: parent === '' ? (scope) => scope.body : compilePath(parent),
    reasons,
  }));
}
