import type { TreeCommand, TreeOption } from '../tree.js';

/** One place on the command line, as `device` or `device add`, and what may follow. */
export interface Place {
  readonly path: string;
  /** Commands or groups, with the name of what they are. */
  readonly words: readonly { readonly word: string; readonly about: string }[];
  readonly options: readonly TreeOption[];
  readonly choices: readonly string[];
}

/** Every place of the tree, the empty one first. */
export function placesOf(tree: readonly TreeCommand[], groups: Readonly<Record<string, string>>): Place[] {
  const top = new Map<string, string>();
  const within = new Map<string, Map<string, string>>();
  const leaves: Place[] = [];
  for (const { name, about, options, arguments: taken } of tree) {
    const [first = '', second] = name.split(' ');
    leaves.push({ path: name, words: [], options, choices: taken.flatMap(({ choices }) => choices) });
    top.set(first, second === undefined ? about.en : (groups[first] ?? first));
    if (second === undefined) continue;
    const members = within.get(first) ?? new Map<string, string>();
    within.set(first, members.set(second, about.en));
  }
  const branches = [...within].map(([path, words]) => branch(path, words));
  return [branch('', top), ...branches, ...leaves];
}

function branch(path: string, words: ReadonlyMap<string, string>): Place {
  return { path, words: [...words].map(([word, about]) => ({ word, about })), options: [], choices: [] };
}
