import type { Locale, Localized } from '@angrid/contract';
import { catalogue } from '@angrid/runtime';
import { Argument, Command as CommanderCommand, Option } from 'commander';
import { version } from '../version.js';
import { type Command, flagOf, type OptionSpec } from './command.js';
import { commands, groups } from './commands/index.js';
import { exitCodes } from './exit-codes.js';
import { exitsOf } from './exits-of.js';
import type { Output } from './print/progress.js';
import { widthOf, wrap } from './print/width.js';
import { commonOptions } from './tree.js';

const texts = catalogue({
  en: {
    program: 'AnGrid gateway: set it up, pair its devices, prove that each one works',
    help: 'show this help',
    version: 'show the version',
    usage: 'Usage:',
    arguments: 'Arguments:',
    options: 'Options:',
    commands: 'Commands:',
    examples: 'Examples:',
    exits: 'Exit codes:',
    choices: '{about} (one of {choices})',
    required: '{about} (required)',
  },
  'zh-CN': {
    program: '安格网关：初始化、添加设备，并逐一验证',
    help: '显示本帮助',
    version: '显示版本',
    usage: '用法：',
    arguments: '参数：',
    options: '选项：',
    commands: '命令：',
    examples: '示例：',
    exits: '退出码：',
    choices: '{about}（{choices} 之一）',
    required: '{about}（必填）',
  },
});

export interface Started {
  readonly command: Command;
  readonly input: Readonly<Record<string, unknown>>;
  readonly json: boolean;
  readonly config: string | undefined;
}

export interface ProgramOptions {
  readonly locale: Locale;
  readonly output: Output;
  readonly errors: Output;
  onStart(started: Started): Promise<void>;
}

/** The command line as it is typed, in the language of the reader. It throws CommanderError instead of exiting. */
export function buildProgram(options: ProgramOptions): CommanderCommand {
  const { locale, output, errors } = options;
  const say = sayIn(locale);
  const program = new CommanderCommand('angrid')
    .description(say('program'))
    .exitOverride()
    .configureOutput({
      writeOut: (text) => output.write(text),
      writeErr: (text) => errors.write(text),
      outputError: () => undefined,
      getOutHelpWidth: () => (output.isTTY === true ? (output.columns ?? 80) : 80),
      getErrHelpWidth: () => (errors.isTTY === true ? (errors.columns ?? 80) : 80),
    })
    .configureHelp({
      styleTitle: (title) => titles(locale)[title] ?? title,
      displayWidth: widthOf,
      boxWrap: (text, width) => wrap(text, width).join('\n'),
      subcommandTerm: (one) => [one.name(), ...one.registeredArguments.map(termOf)].join(' '),
    })
    .version(version, '-V, --version', say('version'))
    .helpOption('-h, --help', say('help'))
    .helpCommand(false);
  for (const command of commands) addCommand(program, command, options);
  return program;
}

function addCommand(program: CommanderCommand, command: Command, { locale, onStart }: ProgramOptions): void {
  const words = command.name.split(' ');
  const last = words.pop() ?? '';
  const parent = words.length === 0 ? program : groupOf(program, words.join(' '), locale);
  const made = parent.command(last).summary(command.about[locale]).description(descriptionOf(command, locale));
  for (const [name, { presence, about, choices }] of Object.entries(command.arguments ?? {})) {
    const taken = new Argument(presence === 'required' ? `<${name}>` : `[${name}]`, about[locale]);
    made.addArgument(choices ? taken.choices(choices) : taken);
  }
  for (const [name, spec] of Object.entries(command.options ?? {})) made.addOption(optionOf(name, spec, locale));
  for (const { flag, placeholder, about } of commonOptions) {
    made.option(placeholder === undefined ? flag : `${flag} <${placeholder}>`, about[locale]);
  }
  made.addHelpText('after', afterHelp(command, locale));
  made.action(async (...given: unknown[]) => {
    const { json = false, config, ...chosen } = made.opts<{ json?: boolean; config?: string }>();
    const names = Object.keys(command.arguments ?? {});
    const typed = Object.fromEntries(names.map((name, index) => [name, given[index]]));
    await onStart({ command, input: { ...unsetOf(command), ...chosen, ...typed }, json, config });
  });
}

/** What options are that were not given. */
function unsetOf({ options = {} }: Command): Record<string, unknown> {
  const unset: Record<string, unknown> = {};
  for (const [name, { is }] of Object.entries(options)) {
    if (is === 'flag') unset[name] = false;
    if (is === 'many') unset[name] = [];
  }
  return unset;
}

function termOf(taken: Argument): string {
  return taken.required ? `<${taken.name()}>` : `[${taken.name()}]`;
}

function groupOf(program: CommanderCommand, name: string, locale: Locale): CommanderCommand {
  const found = program.commands.find((one) => one.name() === name);
  if (found) return found;
  const about: Localized | undefined = groups[name];
  return program
    .command(name)
    .description(about?.[locale] ?? name)
    .helpCommand(false);
}

function optionOf(name: string, spec: OptionSpec, locale: Locale): Option {
  const about = spec.about[locale];
  switch (spec.is) {
    case 'flag':
      return new Option(flagOf(name), about);
    case 'many':
      return new Option(`${flagOf(name)} <${spec.placeholder}...>`, about);
    case 'value': {
      const isRequired = spec.presence === 'required';
      const said = isRequired ? texts.translate(locale, 'required', { about }) : about;
      const option = new Option(`${flagOf(name)} <${spec.placeholder}>`, said).makeOptionMandatory(isRequired);
      return spec.choices ? option.choices(spec.choices) : option;
    }
  }
}

function descriptionOf({ about, notes }: Command, locale: Locale): string {
  return notes === undefined ? about[locale] : `${about[locale]}\n\n${wrap(notes[locale], 78).join('\n')}`;
}

/** Examples and exit codes: what the reader looks for once the options are known. */
function afterHelp(command: Command, locale: Locale): string {
  const say = sayIn(locale);
  const lines = ['', say('examples'), ...command.examples.map(exampleOf), '', say('exits')];
  for (const name of exitsOf(command)) lines.push(`  ${exitCodes[name].status}  ${exitCodes[name].about[locale]}`);
  return lines.join('\n');
}

/** A long one goes on in further lines, as a shell takes it. */
function exampleOf(line: string): string {
  const whole = `  $ ${line}`;
  if (widthOf(whole) <= 78) return whole;
  const [first = '', ...others] = whole.split(' --');
  const lines = [first];
  for (const part of others) {
    const last = lines.at(-1) ?? '';
    if (widthOf(`${last} --${part}`) <= 76) lines[lines.length - 1] = `${last} --${part}`;
    else lines.push(`      --${part}`);
  }
  return lines.join(' \\\n');
}

function titles(locale: Locale): Readonly<Record<string, string>> {
  const say = sayIn(locale);
  return {
    'Usage:': say('usage'),
    'Arguments:': say('arguments'),
    'Options:': say('options'),
    'Commands:': say('commands'),
  };
}

type Plain = 'program' | 'help' | 'version' | 'usage' | 'arguments' | 'options' | 'commands' | 'examples' | 'exits';

function sayIn(locale: Locale): (key: Plain) => string {
  return (key) => texts.translate(locale, key);
}
