import type { Place } from './words.js';

/** A script for bash 4 and later: `source <(angrid completion bash)`. */
export function bashScript(places: readonly Place[]): string {
  const paths = places.filter(({ path }) => path !== '').map(({ path }) => `"${path}"`);
  const words = places.map(({ path, words: next, options, choices }) => {
    const all = [...next.map(({ word }) => word), ...choices, ...options.map(({ flag }) => flag), '--help'];
    return `    "${path}") words="${all.join(' ')}" ;;`;
  });
  const values = places.flatMap(({ path, options }) =>
    options
      .filter(({ choices }) => choices.length > 0)
      .map(({ flag, choices }) => `    "${path} ${flag}") words="${choices.join(' ')}" ;;`),
  );
  const plain = places.flatMap(({ path, options }) =>
    options
      .filter(({ placeholder, choices }) => placeholder !== undefined && choices.length === 0)
      .map(({ flag }) => `"${path} ${flag}"`),
  );
  return `# bash completion of angrid
_angrid() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} path='' next word words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next=\${path:+$path }$word
    case $next in
      ${paths.join(' | ')}) path=$next ;;
    esac
  done
  case "$path $previous" in
${values.join('\n')}
    ${plain.join(' | ')}) words='' ;;
    *) case $path in
${words.join('\n')}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _angrid angrid
`;
}
