import { catalogue, referenceOf } from '@angrid/runtime';
import { gatewaySettings } from '../../config/settings.js';
import { command } from '../command.js';

const { translate } = catalogue({
  en: { title: 'Settings of the gateway' },
  'zh-CN': { title: '网关配置' },
});

export const configReference = command({
  name: 'config reference',
  about: { 'zh-CN': '打印每项配置的说明（Markdown）', en: 'Print what every setting means, as Markdown' },
  examples: ['angrid config reference | less'],
  run: async (_, { locale }) => ({ markdown: referenceOf(gatewaySettings, locale, translate(locale, 'title')) }),
  show: ({ markdown }) => markdown.trimEnd(),
});
