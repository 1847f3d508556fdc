import { argument, command } from '../command.js';
import { deviceOf } from '../device-of.js';
import { deviceFacts } from '../device-texts.js';

export const deviceShow = command({
  name: 'device show',
  about: { 'zh-CN': '显示一台设备的全部信息', en: 'Show all that is known of a device' },
  arguments: { id: argument({ 'zh-CN': '设备编号', en: 'the id of the device' }) },
  examples: ['angrid device show cam-1', 'angrid device show cam-1 --json'],
  exits: ['notReady', 'notFound'],
  run: ({ id }, context) => deviceOf(id, context.gateway()),
  show: deviceFacts,
});
