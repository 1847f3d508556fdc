import { catalogue, Secret, secret } from '@angrid/runtime';
import { flag, value } from './command.js';
import type { Context } from './context.js';
import { Interrupted } from './interrupted.js';

const { translate } = catalogue({
  en: {
    prompt: 'Password (it is not shown): ',
    several: 'give one of --password-file, --password-env and --password-stdin',
    none: 'a password is needed: --password-file <file>, --password-env <name> or --password-stdin; never as an argument, where other users of the machine can see it',
    empty: 'the password is empty',
    long: 'the password is longer than 128 characters',
  },
  'zh-CN': {
    prompt: '密码（不会显示）：',
    several: '--password-file、--password-env、--password-stdin 只能给出一个',
    none: '需要密码：--password-file <文件>、--password-env <变量名> 或 --password-stdin；不能写在命令行中，否则本机其他用户可以看到',
    empty: '密码为空',
    long: '密码超过 128 个字符',
  },
});

/** How a command takes a password. There is no option for the password itself: it would stand in the process list. */
export const passwordOptions = {
  passwordFile: value('file', {
    'zh-CN': '从文件读取密码（权限 0600）',
    en: 'read the password from a file (mode 0600)',
  }),
  passwordEnv: value('name', { 'zh-CN': '从环境变量读取密码', en: 'read the password from a variable' }),
  passwordStdin: flag({ 'zh-CN': '从标准输入读取密码', en: 'read the password from standard input' }),
} as const;

export interface PasswordSource {
  readonly passwordFile: string | undefined;
  readonly passwordEnv: string | undefined;
  readonly passwordStdin: boolean;
}

const LONGEST = 128;

/** The password from where it was said to be, or typed at the terminal; the redactor knows it from here on. */
export async function readPassword(source: PasswordSource, context: Context): Promise<Secret> {
  const password = await find(source, context);
  const length = password.reveal().length;
  if (length === 0) throw context.misuse(translate(context.locale, 'empty'));
  if (length > LONGEST) throw context.misuse(translate(context.locale, 'long'));
  context.redactor.register(password);
  return password;
}

export function hasPasswordSource({ passwordFile, passwordEnv, passwordStdin }: PasswordSource): boolean {
  return passwordFile !== undefined || passwordEnv !== undefined || passwordStdin;
}

async function find({ passwordFile, passwordEnv, passwordStdin }: PasswordSource, context: Context): Promise<Secret> {
  const given = [passwordFile, passwordEnv, passwordStdin ? '-' : undefined].filter((one) => one !== undefined);
  if (given.length > 1) throw context.misuse(translate(context.locale, 'several'));
  if (passwordFile !== undefined) return referenced(`file:${context.path(passwordFile)}`, context);
  if (passwordEnv !== undefined) return referenced(`env:${passwordEnv}`, context);
  const { input, errors } = context.world;
  if (!passwordStdin && (input.isTTY !== true || errors.isTTY !== true)) {
    throw context.misuse(translate(context.locale, 'none'));
  }
  return new Secret(passwordStdin ? await firstLine(input) : await typed(context));
}

function referenced(reference: string, context: Context): Secret {
  const parsed = secret().parse(reference, context.world.environment);
  if ('value' in parsed) return parsed.value;
  throw context.misuse(parsed.refusal.reason[context.locale]);
}

async function firstLine(input: AsyncIterable<Buffer | string>): Promise<string> {
  let text = '';
  for await (const part of input) {
    text += part.toString();
    if (text.includes('\n') || text.length > 2 * LONGEST) break;
  }
  return text.split(/\r?\n/, 1)[0] ?? '';
}

/** Typed without an echo. */
async function typed({ world: { input, errors }, locale }: Context): Promise<string> {
  errors.write(translate(locale, 'prompt'));
  input.setRawMode?.(true);
  let text = '';
  try {
    for await (const part of input) {
      for (const character of part.toString()) {
        if (character === '\r' || character === '\n') return text;
        if (character === '\u0003') throw new Interrupted();
        text = character === '\u007f' || character === '\b' ? text.slice(0, -1) : text + character;
      }
    }
    return text;
  } finally {
    input.setRawMode?.(false);
    errors.write('\n');
  }
}
