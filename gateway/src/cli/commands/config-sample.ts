import { sampleOf } from '@angrid/runtime';
import { gatewaySettings } from '../../config/settings.js';
import { command } from '../command.js';

export const configSample = command({
  name: 'config sample',
  about: { 'zh-CN': '打印带说明的配置文件样例', en: 'Print a configuration file with every setting explained' },
  examples: ['angrid config sample > /etc/angrid/gateway.yaml'],
  run: async (_, { locale }) => ({ yaml: sampleOf(gatewaySettings, locale) }),
  show: ({ yaml }) => yaml.trimEnd(),
});
