import type { Profile } from '../format/profile.js';
import { CUT } from '../payload/json.js';
import { addDrop, type Outcome } from './reading.js';
import { compilePath, type Getter, isThere, type Scope } from './value.js';

/** Counts what is left out of a message because it is a picture or about a person. */
export type PersonalCounter = (scope: Scope, cuts: number, outcome: Outcome) => void;

export function compilePersonal(personal: Profile['personal']): PersonalCounter {
  const pictures = (personal.pictures ?? []).map(compilePath);
  const fields = [...(personal.drop ?? []), ...(personal.pseudonym ?? [])].map(compilePath);
  return (scope, cuts, outcome) => {
    addDrop(outcome, 'personal-field', countPresent(fields, scope));
    addDrop(outcome, 'picture', countPresent(pictures, scope));
    if (cuts > 0) addDrop(outcome, 'long-text', Math.max(0, cuts - countCut([...pictures, ...fields], scope)));
  };
}

function countPresent(getters: readonly Getter[], scope: Scope): number {
  let count = 0;
  for (const get of getters) if (isThere(get(scope))) count += 1;
  return count;
}

function countCut(getters: readonly Getter[], scope: Scope): number {
  let count = 0;
  for (const get of getters) if (get(scope) === CUT) count += 1;
  return count;
}
