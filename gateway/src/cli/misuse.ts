import { AnGridError, type Locale } from '@angrid/contract';
import { catalogue } from '@angrid/runtime';
import type { CommanderError } from 'commander';

const texts = catalogue({
  en: {
    option: 'there is no option {what}',
    command: 'there is no command {what}',
    argument: 'the argument {what} is missing',
    value: 'the option {what} needs a value',
    mandatory: 'the option {what} is required',
    excess: 'there are too many arguments',
    invalid: '{what} is not one of the values that it may have',
    other: 'the command line cannot be understood',
    near: '{sentence}; did you mean {near}?',
    more: '{sentence}; angrid --help shows what there is',
  },
  'zh-CN': {
    option: '没有选项 {what}',
    command: '没有命令 {what}',
    argument: '缺少参数 {what}',
    value: '选项 {what} 需要一个值',
    mandatory: '必须给出选项 {what}',
    excess: '参数过多',
    invalid: '{what} 不是允许的值',
    other: '无法理解该命令行',
    near: '{sentence}；您是否想用 {near}？',
    more: '{sentence}；用 angrid --help 查看用法',
  },
});

const kinds: Readonly<Record<string, 'option' | 'command' | 'argument' | 'value' | 'mandatory' | 'invalid'>> = {
  'commander.unknownOption': 'option',
  'commander.unknownCommand': 'command',
  'commander.missingArgument': 'argument',
  'commander.optionMissingArgument': 'value',
  'commander.missingMandatoryOptionValue': 'mandatory',
  'commander.invalidArgument': 'invalid',
};

/** A command line that the parser refused, as an error in the reader's language. */
export function misuseOf({ code, message }: CommanderError, locale: Locale): AnGridError {
  const kind = kinds[code];
  const what = code === 'commander.invalidArgument' ? lastQuoted(message) : (/'([^']*)'/.exec(message)?.[1] ?? '');
  const near = /\(Did you mean (?:one of )?([^?]*)\?\)/.exec(message)?.[1];
  const sentence =
    kind === undefined
      ? texts.translate(locale, code === 'commander.excessArguments' ? 'excess' : 'other')
      : texts.translate(locale, kind, { what });
  const detail =
    near === undefined
      ? texts.translate(locale, 'more', { sentence })
      : texts.translate(locale, 'near', { sentence, near });
  return new AnGridError('input.invalid', { op: 'cli.parse', detail });
}

/** `option '--way <way>' argument 'x' is invalid`: the value is what is wrong. */
function lastQuoted(message: string): string {
  return [...message.matchAll(/'([^']*)'/g)].at(-1)?.[1] ?? '';
}
