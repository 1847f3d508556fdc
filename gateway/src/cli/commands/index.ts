import type { Localized } from '@angrid/contract';
import type { Command } from '../command.js';
import { treeOf, type TreeCommand } from '../tree.js';
import { completionOf } from './completion.js';
import { configReference } from './config-reference.js';
import { configSample } from './config-sample.js';
import { configValidate } from './config-validate.js';
import { credentialAdd, credentialList, credentialReset, credentialRm } from './credential.js';
import { deviceAdd } from './device-add.js';
import { deviceImport } from './device-import.js';
import { deviceLedger } from './device-ledger.js';
import { deviceLink } from './device-link.js';
import { deviceList } from './device-list.js';
import { devicePassword } from './device-password.js';
import { deviceRelearn } from './device-relearn.js';
import { deviceReplace } from './device-replace.js';
import { deviceRm } from './device-rm.js';
import { deviceScan } from './device-scan.js';
import { deviceShow } from './device-show.js';
import { deviceTest } from './device-test.js';
import { doctor } from './doctor.js';
import { eventFire } from './event-fire.js';
import { eventsTail } from './events-tail.js';
import { init } from './init.js';
import { profileLearn } from './profile-learn.js';
import { profileLint } from './profile-lint.js';
import { profileList } from './profile-list.js';
import { profileSchema } from './profile-schema.js';
import { profileTest } from './profile-test.js';
import { quarantineList } from './quarantine-list.js';
import { quarantineResend } from './quarantine-resend.js';
import { run } from './run.js';
import { sitePlaces } from './site-places.js';
import { siteRules } from './site-rules.js';
import { siteShow } from './site-show.js';
import { status } from './status.js';
import { supportBundle } from './support-bundle.js';

/** The words that commands share. */
export const groups: Readonly<Record<string, Localized>> = {
  device: { 'zh-CN': '设备：查找、添加、关联、验证', en: 'Devices: find, pair, link and prove them' },
  credential: { 'zh-CN': '摄像机的登录凭据', en: 'Logins that cameras of this site may have' },
  profile: { 'zh-CN': '设备配置文件', en: 'Device profiles' },
  events: { 'zh-CN': '查看经过的事件', en: 'Watch what passes' },
  event: { 'zh-CN': '演练', en: 'Exercises' },
  site: { 'zh-CN': '小区配置（由云端管理）', en: 'The site configuration, which the cloud owns' },
  quarantine: { 'zh-CN': '被云端拒绝的条目', en: 'Items that the cloud rejected' },
  config: { 'zh-CN': '网关的配置', en: 'The configuration of the gateway' },
};

/** Every command, in the order of an installer's day. */
export const commands: readonly Command[] = [
  init,
  run,
  status,
  deviceScan,
  credentialAdd,
  credentialList,
  credentialRm,
  credentialReset,
  deviceAdd,
  deviceImport,
  deviceLink,
  deviceList,
  deviceShow,
  deviceTest,
  deviceLedger,
  deviceReplace,
  deviceRelearn,
  devicePassword,
  deviceRm,
  profileList,
  profileTest,
  profileLint,
  profileLearn,
  profileSchema,
  eventsTail,
  eventFire,
  doctor,
  siteShow,
  siteRules,
  sitePlaces,
  quarantineList,
  quarantineResend,
  configValidate,
  configSample,
  configReference,
  supportBundle,
  completionOf(() => commands, groups),
];

/** The commands as data, for the reference page. */
export function commandTree(): TreeCommand[] {
  return treeOf(commands);
}
