import type { Localized } from '@angrid/contract';
import { argument, command, type Command } from '../command.js';
import { bashScript } from '../completion/bash.js';
import { fishScript } from '../completion/fish.js';
import { placesOf } from '../completion/words.js';
import { zshScript } from '../completion/zsh.js';
import { treeOf } from '../tree.js';

const SHELLS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

type Groups = Readonly<Record<string, Localized>>;

/** Made from the commands themselves, its own line among them. */
export function completionOf(commands: () => readonly Command[], groups: Groups): Command {
  return command({
    name: 'completion',
    about: { 'zh-CN': '打印命令补全脚本', en: 'Print a completion script for your shell' },
    arguments: { shell: argument({ 'zh-CN': '使用的 shell', en: 'the shell' }, ['bash', 'zsh', 'fish']) },
    examples: ['source <(angrid completion bash)', 'angrid completion fish > ~/.config/fish/completions/angrid.fish'],
    run: async ({ shell }) => {
      const said = Object.fromEntries(Object.entries(groups).map(([group, about]) => [group, about.en]));
      const places = placesOf(treeOf(commands()), said);
      return { shell, script: SHELLS[shell as keyof typeof SHELLS](places) };
    },
    show: ({ script }) => script.trimEnd(),
  });
}
