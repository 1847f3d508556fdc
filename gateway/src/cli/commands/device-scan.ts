import { catalogue } from '@angrid/runtime';
import type { Found } from '../../control/answers.js';
import { command } from '../command.js';
import { sentences } from '../print/sentences.js';
import { table } from '../print/table.js';

const { translate } = catalogue({
  en: {
    scanning: 'asking the camera networks, about 6 s …',
    none: 'No camera answered. Check cameras.networks in the configuration, and that the cameras allow WS-Discovery.',
    address: 'Address',
    maker: 'Maker',
    model: 'Model',
    name: 'Name',
    paired: 'Paired',
    yes: 'yes',
    next: 'Next: angrid device add <id> --profile camera --address <address> --user <user> --password-file <file>',
  },
  'zh-CN': {
    scanning: '正在查询摄像机网段，约 6 秒…',
    none: '没有摄像机应答。请检查配置 cameras.networks，以及摄像机是否允许 WS-Discovery。',
    address: '地址',
    maker: '厂商',
    model: '型号',
    name: '名称',
    paired: '已添加',
    yes: '是',
    next: '下一步：angrid device add <编号> --profile camera --address <地址> --user <用户名> --password-file <文件>',
  },
});

export const deviceScan = command({
  name: 'device scan',
  about: { 'zh-CN': '查找本小区网段内的 ONVIF 摄像机', en: 'Find the ONVIF cameras in the networks of this site' },
  examples: ['angrid device scan', 'angrid device scan --json'],
  exits: ['notReady'],
  run: async (_, context) => {
    context.progress.tell(translate(context.locale, 'scanning'));
    return context.gateway().post<readonly Found[]>('/scan');
  },
  show: (found, view) => {
    const { locale } = view;
    if (found.length === 0) return sentences(translate(locale, 'none'), view);
    const heads = (['address', 'maker', 'model', 'name', 'paired'] as const).map((key) => translate(locale, key));
    const rows = found.map(({ address, manufacturer, model, name, paired }) => [
      address,
      manufacturer,
      model,
      name,
      paired ? translate(locale, 'yes') : '',
    ]);
    return `${table(heads, rows, view)}\n\n${sentences(translate(locale, 'next'), view, 'dim')}`;
  },
});
