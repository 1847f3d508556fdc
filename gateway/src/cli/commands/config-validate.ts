import { checkSettings, catalogue, sentenceOf } from '@angrid/runtime';
import { defaultConfigFile, gatewaySettings } from '../../config/settings.js';
import { command, optionalArgument } from '../command.js';

const { translate } = catalogue({
  en: { good: 'The configuration is valid.' },
  'zh-CN': { good: '配置有效。' },
});

export interface Validation {
  readonly ok: boolean;
  readonly mistakes: readonly { readonly code: string; readonly where: string; readonly says: string }[];
}

export const configValidate = command({
  name: 'config validate',
  about: {
    'zh-CN': '检查配置文件和环境变量，一次列出所有错误',
    en: 'Check file and environment, and list every mistake at once',
  },
  arguments: {
    file: optionalArgument({
      'zh-CN': '要检查的文件，默认为网关使用的文件',
      en: 'the file, else the one that the gateway reads',
    }),
  },
  examples: ['angrid config validate', 'angrid config validate new.yaml --json'],
  run: async ({ file }, context): Promise<Validation> => {
    const named = file ?? context.configFile;
    const source = { environment: context.world.environment, defaultFile: defaultConfigFile };
    const given = named === undefined ? {} : { file: context.path(named) };
    const checked = checkSettings(gatewaySettings, { ...source, ...given });
    if (!('mistakes' in checked)) return { ok: true, mistakes: [] };
    const mistakes = checked.mistakes.map((mistake) => ({
      code: mistake.code,
      where: mistake.where,
      says: sentenceOf(mistake, context.locale),
    }));
    return { ok: false, mistakes };
  },
  show: ({ ok, mistakes }, { locale, paint }) =>
    ok ? paint('green', translate(locale, 'good')) : mistakes.map(({ says }) => paint('red', says)).join('\n'),
  exit: ({ ok }) => (ok ? 'done' : 'misuse'),
});
