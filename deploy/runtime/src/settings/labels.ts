import type { Locale } from '@angrid/contract';
import { catalogue } from '../locale/catalogue.js';
import type { Leaf } from './leaf.js';
import type { Written } from './setting-type.js';

export const labels = catalogue({
  en: {
    about: 'About',
    key: 'Key and variable',
    type: 'Type',
    unit: 'unit {unit}',
    default: 'Default',
    defaultIs: 'default {value}',
    example: 'Example',
    required: 'required',
    optional: 'optional',
    restart: 'Takes effect',
    afterRestart: 'after a restart',
    atOnce: 'at once',
    end: '.',
    and: '; ',
    sampleHead:
      'Every setting of this program. A line that begins with # and a key shows the default or an example: remove the # to change it.',
    secretHead: 'A secret is only ever a reference: file:/path (mode 0600), env:NAME or credential:NAME (systemd).',
    order:
      'A setting comes from its variable, else from the YAML file that `{file}` names, else from its default. Keys and variables that are not listed here are refused. An empty variable counts as not set.',
    secrets:
      'A secret is only ever a reference: `file:/path` (mode 0600 or stricter), `env:NAME`, or `credential:NAME` (systemd `LoadCredential=`).',
  },
  'zh-CN': {
    about: '说明',
    key: '键与变量',
    type: '类型',
    unit: '单位：{unit}',
    default: '默认值',
    defaultIs: '默认 {value}',
    example: '示例',
    required: '必填',
    optional: '可选',
    restart: '生效',
    afterRestart: '重启后',
    atOnce: '立即',
    end: '。',
    and: '；',
    sampleHead: '本程序的全部配置。以 # 加键开头的行给出默认值或示例：去掉 # 即可修改。',
    secretHead: '密钥只能写成引用：file:/路径（权限 0600）、env:变量名 或 credential:名称（systemd）。',
    order:
      '每项配置先取其变量，其次取 `{file}` 所指的 YAML 文件，最后取默认值。此处未列出的键和变量会被拒绝。空变量视为未设置。',
    secrets:
      '密钥只能写成引用：`file:/路径`（权限 0600 或更严）、`env:变量名` 或 `credential:名称`（systemd 的 `LoadCredential=`）。',
  },
});

export function typeOf({ setting }: Leaf, locale: Locale): string {
  const name = setting.type.name[locale];
  return setting.unit
    ? `${name}${labels.translate(locale, 'and')}${labels.translate(locale, 'unit', { unit: setting.unit[locale] })}`
    : name;
}

/** A written value as it stands in a YAML file. */
export function yamlOf(written: Written): string {
  return typeof written === 'string' ? scalarOf(written) : `[${written.map(scalarOf).join(', ')}]`;
}

function scalarOf(text: string): string {
  const isPlain = /^[A-Za-z0-9/](?:[\w./:+@-]*[\w./+@-])?$/.test(text) && text !== 'null';
  return isPlain ? text : JSON.stringify(text);
}
