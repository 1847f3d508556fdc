import type { DeviceRow } from '../../control/answers.js';
import { command, value } from '../command.js';
import { deviceTable } from '../device-texts.js';

export const deviceList = command({
  name: 'device list',
  about: { 'zh-CN': '列出已添加的设备', en: 'List the paired devices' },
  options: {
    kind: value('kind', { 'zh-CN': '只列出该类型', en: 'only devices of this kind' }, [
      'panel',
      'camera',
      'lock',
      'sensor',
    ]),
    state: value('state', { 'zh-CN': '只列出该状态', en: 'only devices in this state' }, [
      'online',
      'offline',
      'unknown',
    ]),
  },
  examples: ['angrid device list', 'angrid device list --state offline --json'],
  exits: ['notReady'],
  run: async ({ kind, state }, context) => {
    const devices = await context.gateway().get<readonly DeviceRow[]>('/devices');
    return devices.filter(
      (device) => (kind === undefined || device.kind === kind) && (state === undefined || device.state === state),
    );
  },
  show: deviceTable,
});
