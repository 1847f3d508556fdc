import { catalogue } from '@angrid/runtime';
import type { DeviceStored } from '../../control/answers.js';
import { argument, command } from '../command.js';
import { deviceOf } from '../device-of.js';
import { accessText } from '../device-texts.js';
import { protocolOf } from '../protocol-of.js';
import { hasPasswordSource, passwordOptions, readPassword } from '../secret-input.js';

const { translate } = catalogue({
  en: { camera: 'The camera {id} took the password; the gateway uses it from now on.' },
  'zh-CN': { camera: '摄像机 {id} 已接受该密码，网关从现在起使用它。' },
});

export const devicePassword = command({
  name: 'device password',
  about: {
    'zh-CN': '为面板生成新密码，或更新摄像机密码',
    en: 'Make a new password for a panel, or give that of a camera',
  },
  notes: {
    'zh-CN': '面板：旧密码立即失效，新密码只显示一次。摄像机：先核对，再保存',
    en: 'A panel: the old one ends at once, the new one is shown once. A camera: it is tried before it is kept.',
  },
  arguments: { id: argument({ 'zh-CN': '设备编号', en: 'the id of the device' }) },
  options: passwordOptions,
  examples: ['angrid device password gate-1', 'angrid device password cam-1 --password-file cam-1.pass'],
  exits: ['notReady', 'notFound'],
  run: async ({ id, ...source }, context) => {
    const gateway = context.gateway();
    const { profile } = await deviceOf(id, gateway);
    const protocol = await protocolOf(profile, gateway);
    const isGiven = protocol === 'onvif' || (protocol === 'http' && hasPasswordSource(source));
    const body = isGiven ? { password: (await readPassword(source, context)).reveal() } : {};
    return gateway.post<DeviceStored>(`/devices/${encodeURIComponent(id)}/password`, body);
  },
  show: ({ device, access }, view) =>
    access ? accessText(access, view) : translate(view.locale, 'camera', { id: device.id }),
});
