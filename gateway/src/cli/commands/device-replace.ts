import { catalogue } from '@angrid/runtime';
import type { DeviceRow, DeviceStored } from '../../control/answers.js';
import { argument, command, value } from '../command.js';
import { accessText, deviceFacts } from '../device-texts.js';
import { hasPasswordSource, passwordOptions, readPassword } from '../secret-input.js';
import { deviceOf } from '../device-of.js';
import { protocolOf } from '../protocol-of.js';

const { translate } = catalogue({
  en: {
    replaced: 'The new hardware has taken the place of the old one; its links stay.',
    extra: 'a panel gets its password from the gateway; --address and passwords are for cameras',
  },
  'zh-CN': {
    replaced: '已更换硬件，原有关联保持不变。',
    extra: '面板的密码由网关生成；--address 和密码只用于摄像机',
  },
});

export const deviceReplace = command({
  name: 'device replace',
  about: { 'zh-CN': '以新硬件替换设备，保留编号和关联', en: 'Put new hardware in the place of a device' },
  notes: {
    'zh-CN': '面板得到新密码，旧硬件立即断开',
    en: 'A panel gets a new password, and the old hardware is cut off at once.',
  },
  arguments: { id: argument({ 'zh-CN': '设备编号', en: 'the id of the device' }) },
  options: {
    profile: value('name', { 'zh-CN': '新的设备配置文件', en: 'another device profile' }),
    name: value('text', { 'zh-CN': '新的名称', en: 'another name' }),
    address: value('url', { 'zh-CN': '摄像机的新地址', en: 'the new address of a camera' }),
    user: value('name', { 'zh-CN': '新的用户名', en: 'another user' }),
    ...passwordOptions,
    vendorId: value('id', { 'zh-CN': '新面板自身的编号', en: 'the own id of the new panel' }),
  },
  examples: [
    'angrid device replace gate-1 --vendor-id 1305434',
    'angrid device replace cam-1 --address http://192.168.60.12/onvif/device_service',
  ],
  exits: ['notReady', 'notFound', 'conflict'],
  run: async (input, context) => {
    const { id, profile, name, address, user, vendorId } = input;
    const gateway = context.gateway();
    const before: DeviceRow = await deviceOf(id, gateway);
    const hasPassword = hasPasswordSource(input);
    const isMqtt = (await protocolOf(profile ?? before.profile, gateway)) === 'mqtt';
    if (isMqtt && (hasPassword || address !== undefined)) {
      throw context.misuse(translate(context.locale, 'extra'));
    }
    const password = hasPassword ? (await readPassword(input, context)).reveal() : undefined;
    const path = `/devices/${encodeURIComponent(id)}/replace`;
    return gateway.post<DeviceStored>(path, { profile, name, address, user, vendorId, password });
  },
  show: ({ device, access }, view) => {
    const parts = [view.paint('green', translate(view.locale, 'replaced')), deviceFacts(device, view)];
    return [...parts, ...(access ? ['', accessText(access, view)] : [])].join('\n');
  },
});
