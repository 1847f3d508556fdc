import type { Place } from './words.js';

/** A script for fish: `angrid completion fish > ~/.config/fish/completions/angrid.fish`. */
export function fishScript(places: readonly Place[]): string {
  const lines = ['# fish completion of angrid', 'complete -c angrid -f'];
  for (const place of places) lines.push(...linesOf(place, places));
  return `${lines.join('\n')}\n`;
}

function linesOf({ path, words, options, choices }: Place, places: readonly Place[]): string[] {
  const here = conditionOf(
    path,
    words.map(({ word }) => word),
  );
  const lines = words.map(({ word, about }) => `complete -c angrid -n '${here}' -a ${word} -d '${quoted(about)}'`);
  for (const choice of choices) lines.push(`complete -c angrid -n '${here}' -a ${choice}`);
  for (const { flag, placeholder, about, choices: values } of options) {
    const value = placeholder === undefined ? '' : values.length > 0 ? ` -x -a '${values.join(' ')}'` : ' -r -F';
    lines.push(`complete -c angrid -n '${here}' -l ${flag.slice(2)}${value} -d '${quoted(about.en)}'`);
  }
  const isFileTaker = options.length > 0 && places.length > 0;
  return isFileTaker ? [...lines, `complete -c angrid -n '${here}' -F`] : lines;
}

/** Where the words of the path have been typed, and none that may follow. */
function conditionOf(path: string, next: readonly string[]): string {
  if (path === '') return '__fish_use_subcommand';
  const seen = path.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`);
  const open = next.length > 0 ? [`not __fish_seen_subcommand_from ${next.join(' ')}`] : [];
  return [...seen, ...open].join('; and ');
}

function quoted(text: string): string {
  return text.replaceAll("'", "\\'");
}
