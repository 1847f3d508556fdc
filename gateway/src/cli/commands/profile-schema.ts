import { profileJsonSchema } from '@angrid/device-profiles';
import { command } from '../command.js';

export const profileSchema = command({
  name: 'profile schema',
  about: {
    'zh-CN': '输出配置文件格式的 JSON Schema，供编辑器使用',
    en: 'Print the JSON Schema of profiles, for editors',
  },
  notes: {
    'zh-CN': '保存后在配置文件首行写 # yaml-language-server: $schema=profile.schema.json，编辑器即可补全和检查',
    en: 'Save it and begin a profile with # yaml-language-server: $schema=profile.schema.json; editors then complete and check its keys.',
  },
  examples: ['angrid profile schema > profile.schema.json'],
  run: async () => profileJsonSchema(),
  show: (schema) => JSON.stringify(schema, null, 2),
});
