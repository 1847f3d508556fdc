import { spanText } from './fields.js';
import type { Playbook } from './playbook.js';

export interface Difference {
  /** `routes.grid.legs.handler.within` */
  readonly at: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What is different between two versions, part by part, by the names that the parts have. */
export function diffPlaybooks(before: Playbook, after: Playbook): readonly Difference[] {
  const [old, young] = [new Map(leavesOf(before, '')), new Map(leavesOf(after, ''))];
  const moved = movedRoutes(before, after);
  const paths = [...new Set([...old.keys(), ...young.keys()])];
  const changed = paths.filter((at) => old.get(at) !== young.get(at));
  return [...moved, ...changed.map((at) => ({ at, before: old.get(at), after: young.get(at) }))];
}

/** Routes are looked at in their order. */
function movedRoutes(before: Playbook, after: Playbook): readonly Difference[] {
  const ids = (playbook: Playbook): readonly string[] => playbook.routes.map(({ id }) => id);
  const order = (playbook: Playbook, other: Playbook): string => {
    const kept = ids(playbook).filter((id) => ids(other).includes(id));
    return kept.join(', ');
  };
  const [old, young] = [order(before, after), order(after, before)];
  return old === young ? [] : [{ at: 'routes', before: old, after: young }];
}

type Leaf = readonly [at: string, text: string];

function leavesOf(value: unknown, at: string): readonly Leaf[] {
  if (Array.isArray(value)) {
    if (value.every((one) => typeof one !== 'object')) return [[at, value.join(', ')]];
    return value.flatMap((one: unknown, index) => leavesOf(one, below(at, nameOf(one, index))));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, below(at, key)));
  }
  return value === undefined ? [] : [[at, textOf(at, value)]];
}

function textOf(at: string, value: unknown): string {
  const isSpan = typeof value === 'number' && /\.(within|settle|silentFor)$/.test(at);
  return isSpan ? spanText(value) : String(value);
}

/** Parts of a list by their id or role, rungs by their number. */
function nameOf(one: unknown, index: number): string {
  if (typeof one !== 'object' || one === null) return String(index);
  if ('id' in one) return String(one.id);
  if ('role' in one) return String(one.role);
  return 'fact' in one ? String(one.fact) : String(index + 1);
}

function below(at: string, name: string): string {
  return at === '' ? name : `${at}.${name}`;
}
