import type { Localized } from '@angrid/contract';
import { type Command, flagOf } from './command.js';
import { exitCodes } from './exit-codes.js';
import { exitsOf } from './exits-of.js';

export interface TreeOption {
  /** `--password-file`. */
  readonly flag: string;
  /** What stands for its value; absent for a switch. */
  readonly placeholder?: string;
  readonly about: Localized;
  readonly required: boolean;
  readonly many: boolean;
  readonly choices: readonly string[];
}

export interface TreeArgument {
  readonly name: string;
  readonly about: Localized;
  readonly required: boolean;
  readonly choices: readonly string[];
}

/** A command as data: for the reference page and for completion. */
export interface TreeCommand {
  readonly name: string;
  readonly about: Localized;
  readonly notes?: Localized;
  readonly arguments: readonly TreeArgument[];
  readonly options: readonly TreeOption[];
  readonly examples: readonly string[];
  readonly exits: readonly { readonly status: number; readonly about: Localized }[];
}

/** The options of every command. */
export const commonOptions: readonly TreeOption[] = [
  {
    flag: '--config',
    placeholder: 'file',
    about: {
      'zh-CN': '网关的配置文件（否则取 ANGRID_GATEWAY_CONFIG，再取 /etc/angrid/gateway.yaml）',
      en: 'the configuration file of the gateway (else ANGRID_GATEWAY_CONFIG, else /etc/angrid/gateway.yaml)',
    },
    required: false,
    many: false,
    choices: [],
  },
  {
    flag: '--json',
    about: { 'zh-CN': '以 JSON 输出；出错时错误在 error 键下', en: 'print JSON; an error too, under the key error' },
    required: false,
    many: false,
    choices: [],
  },
];

export function treeOf(commands: readonly Command[]): TreeCommand[] {
  return commands.map((command) => ({
    name: command.name,
    about: command.about,
    ...(command.notes && { notes: command.notes }),
    arguments: Object.entries(command.arguments ?? {}).map(([name, { about, presence, choices = [] }]) => ({
      name,
      about,
      required: presence === 'required',
      choices,
    })),
    options: [...optionsOf(command), ...commonOptions],
    examples: command.examples,
    exits: exitsOf(command).map((name) => exitCodes[name]),
  }));
}

function optionsOf({ options = {} }: Command): TreeOption[] {
  return Object.entries(options).map(([name, spec]) => ({
    flag: flagOf(name),
    ...(spec.is !== 'flag' && { placeholder: spec.placeholder }),
    about: spec.about,
    required: spec.is === 'value' && spec.presence === 'required',
    many: spec.is === 'many',
    choices: spec.is === 'value' ? (spec.choices ?? []) : [],
  }));
}
