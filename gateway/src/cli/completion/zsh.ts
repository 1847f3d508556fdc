import type { Place } from './words.js';

/** A script for zsh: `angrid completion zsh > "\${fpath[1]}/_angrid"`. */
export function zshScript(places: readonly Place[]): string {
  const paths = places.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`);
  const cases = places.map(({ path, words, options, choices }) => {
    const all = [
      ...words.map(({ word, about }) => described(word, about)),
      ...choices.map((choice) => described(choice, '')),
      ...options.map(({ flag, about }) => described(flag, about.en)),
    ];
    return `    '${path}') entries=(${all.join(' ')}) ;;`;
  });
  const values = places.flatMap(({ path, options }) =>
    options
      .filter(({ placeholder }) => placeholder !== undefined)
      .map(({ flag, choices }) =>
        choices.length > 0
          ? `    '${path} ${flag}') compadd -- ${choices.join(' ')}; return ;;`
          : `    '${path} ${flag}') _files; return ;;`,
      ),
  );
  return `#compdef angrid
# zsh completion of angrid
_angrid() {
  local path='' next word previous=$words[CURRENT-1]
  local -a entries
  for word in $words[2,CURRENT-1]; do
    next=\${path:+$path }$word
    case $next in
      ${paths.join(' | ')}) path=$next ;;
    esac
  done
  case "$path $previous" in
${values.join('\n')}
  esac
  case $path in
${cases.join('\n')}
  esac
  _describe 'angrid' entries || _files
}
compdef _angrid angrid
`;
}

function described(word: string, about: string): string {
  return `'${word.replaceAll(':', '\\:')}${about === '' ? '' : `:${about.replaceAll("'", '’')}`}'`;
}
