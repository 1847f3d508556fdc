import type { Localized } from '@angrid/contract';
import type { Command } from '../command.js';
import { deviceAdd } from './device-add.js';
import { deviceLink } from './device-link.js';
import { deviceList } from './device-list.js';
import { doctor } from './doctor.js';
import { eventFire } from './event-fire.js';
import { init } from './init.js';
import { run } from './run.js';
import { status } from './status.js';

/** Every command, in the order of an installer's day. */
export const commands: readonly Command[] = [init, run, status, deviceAdd, deviceLink, deviceList, eventFire, doctor];

/** The words that commands share. */
export const groups: Readonly<Record<string, Localized>> = {
  device: { 'zh-CN': '设备：查找、添加、关联、验证', en: 'Devices: find, pair, link and prove them' },
  profile: { 'zh-CN': '设备配置文件', en: 'Device profiles' },
  events: { 'zh-CN': '查看经过的事件', en: 'Watch what passes' },
  event: { 'zh-CN': '演练', en: 'Exercises' },
  site: { 'zh-CN': '小区配置（由云端管理）', en: 'The site configuration, which the cloud owns' },
  quarantine: { 'zh-CN': '被云端拒绝的条目', en: 'Items that the cloud rejected' },
  config: { 'zh-CN': '网关的配置', en: 'The configuration of the gateway' },
};
