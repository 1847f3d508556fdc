import { hostname } from 'node:os';
import { AnGridError } from '@angrid/contract';
import { catalogue } from '@angrid/runtime';
import { enrol } from '../../identity/enrol.js';
import { SiteStore } from '../../site/site-store.js';
import { command, flag, required, value } from '../command.js';
import { sentences } from '../print/sentences.js';
import { facts } from '../print/table.js';

const { translate } = catalogue({
  en: {
    asking: 'asking the cloud …',
    done: 'The gateway is set up.',
    gateway: 'Gateway',
    site: 'Site',
    cloud: 'Cloud',
    data: 'Data',
    next: 'Next: start it (systemctl start angrid-gateway, or angrid run), then add devices with angrid device add.',
    again: 'this gateway is set up already as {gateway}; --again enrols it anew',
  },
  'zh-CN': {
    asking: '正在联系云端…',
    done: '网关已初始化。',
    gateway: '网关',
    site: '小区',
    cloud: '云端',
    data: '数据目录',
    next: '下一步：启动网关（systemctl start angrid-gateway 或 angrid run），然后用 angrid device add 添加设备。',
    again: '本网关已初始化为 {gateway}；如需重新登记请加 --again',
  },
});

export const init = command({
  name: 'init',
  about: { 'zh-CN': '生成密钥并用一次性登记码登记到云端', en: 'Make keys and enrol with a one-time code' },
  notes: {
    'zh-CN': '登记码在控制台生成，15 分钟内有效；其中带有云端证书的指纹，网关据此确认对方',
    en: 'The code is made in the console and lives 15 minutes. It carries the fingerprint of the cloud, by which the gateway knows it.',
  },
  options: {
    cloud: required('url', { 'zh-CN': '云端地址', en: 'the address of the cloud' }),
    code: required('code', { 'zh-CN': '一次性登记码', en: 'the one-time code' }),
    name: value('name', { 'zh-CN': '网关名称，默认为主机名', en: 'the name of the gateway, else the host name' }),
    again: flag({ 'zh-CN': '重新登记已初始化的网关', en: 'enrol a gateway anew that is set up already' }),
  },
  examples: ['angrid init --cloud https://cloud.example:8443 --code 7GK2-9QXD-4MTB-W8ZR-H3NE.0f6c…'],
  exits: ['conflict', 'cloud'],
  run: async ({ cloud, code, name = hostname(), again }, context) => {
    const layout = context.layout();
    if (context.isInitialised() && !again) {
      const detail = translate(context.locale, 'again', { gateway: layout.folder });
      throw new AnGridError('subject.conflict', { op: 'gateway.init', detail });
    }
    context.progress.tell(translate(context.locale, 'asking'));
    const enrolment = await enrol({ dataFolder: layout.folder, cloud, code, name, clock: context.world.clock });
    const { site } = (await SiteStore.open(layout.site)).config;
    return {
      gateway: enrolment.gateway,
      name: enrolment.name,
      cloud: enrolment.cloud,
      enrolledAt: enrolment.enrolledAt,
      site: { id: site.id, name: site.name },
      data: layout.folder,
    };
  },
  show: ({ gateway, name, cloud, site, data }, view) => {
    const say = (key: 'done' | 'gateway' | 'site' | 'cloud' | 'data' | 'next') => translate(view.locale, key);
    const shown = facts(
      [
        [say('gateway'), `${gateway}  ${name}`],
        [say('site'), `${site.id}  ${site.name}`],
        [say('cloud'), cloud],
        [say('data'), data],
      ],
      view,
    );
    return [view.paint('green', say('done')), shown, '', sentences(say('next'), view)].join('\n');
  },
});
