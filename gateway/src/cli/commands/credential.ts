import { catalogue } from '@angrid/runtime';
import type { CredentialRow } from '../../control/answers.js';
import { argument, command, many, required } from '../command.js';
import { sentences } from '../print/sentences.js';
import { table } from '../print/table.js';
import type { View } from '../print/view.js';
import { passwordOptions, readPassword } from '../secret-input.js';

const { translate } = catalogue({
  en: {
    none: 'The list is empty. Add a login with angrid credential add: then cameras can be paired without one.',
    name: 'Name',
    user: 'User',
    cameras: 'For',
    all: 'every camera',
  },
  'zh-CN': {
    none: '凭据表为空。用 angrid credential add 添加后，添加摄像机时可不给出用户名和密码。',
    name: '名称',
    user: '用户名',
    cameras: '用于',
    all: '所有摄像机',
  },
});

const nameArgument = { name: argument({ 'zh-CN': '凭据名称', en: 'the name of the login' }) };

export const credentialAdd = command({
  name: 'credential add',
  about: { 'zh-CN': '在凭据表中加入摄像机的登录名和密码', en: 'Put a login for cameras into the list of this site' },
  notes: {
    'zh-CN':
      '密码加密保存在网关上。每台摄像机最多试两个凭据（重启后仍计数），以免锁定账号；指定给某台的先试。已有的名称会被更新',
    en: 'The password is sealed on the gateway. A camera is tried with two of the list at most, also over restarts, because accounts lock; one that names it goes first. A name that is there is given the new login.',
  },
  arguments: nameArgument,
  options: {
    user: required('name', { 'zh-CN': '摄像机的 ONVIF 用户名', en: 'the ONVIF user of the cameras' }),
    ...passwordOptions,
    camera: many('serial', {
      'zh-CN': '只用于这些序列号或 MAC 的摄像机',
      en: 'only for cameras of these serial numbers or MAC addresses',
    }),
  },
  examples: [
    'angrid credential add site --user onvif --password-file cameras.pass',
    'angrid credential add east --user admin --password-file east.pass --camera 00:11:22:33:44:55',
  ],
  exits: ['notReady'],
  run: async ({ name, user, camera: cameras, ...source }, context) => {
    const password = (await readPassword(source, context)).reveal();
    return context.gateway().post<readonly CredentialRow[]>('/credentials', { name, user, cameras, password });
  },
  show: credentialTable,
});

export const credentialList = command({
  name: 'credential list',
  about: { 'zh-CN': '列出摄像机的凭据（不显示密码）', en: 'List the logins for cameras, without their passwords' },
  examples: ['angrid credential list'],
  exits: ['notReady'],
  run: (_, context) => context.gateway().get<readonly CredentialRow[]>('/credentials'),
  show: credentialTable,
});

export const credentialRm = command({
  name: 'credential rm',
  about: { 'zh-CN': '从凭据表中移除', en: 'Take a login out of the list' },
  notes: {
    'zh-CN': '已添加的摄像机保留自己的密码',
    en: 'Cameras that are paired keep theirs.',
  },
  arguments: nameArgument,
  examples: ['angrid credential rm east'],
  exits: ['notReady', 'notFound'],
  run: ({ name }, context) =>
    context.gateway().delete<readonly CredentialRow[]>(`/credentials/${encodeURIComponent(name)}`),
  show: credentialTable,
});

export const credentialReset = command({
  name: 'credential reset',
  about: {
    'zh-CN': '允许凭据表对每台摄像机重新试两次',
    en: 'Let each camera be tried twice again with the list',
  },
  notes: {
    'zh-CN': '先确认摄像机的账号没有被锁定（通常 30 分钟后解锁）',
    en: 'Make sure first that the accounts of the cameras are not locked; most open again after half an hour.',
  },
  examples: ['angrid credential reset'],
  exits: ['notReady'],
  run: (_, context) => context.gateway().post<readonly CredentialRow[]>('/credentials/reset'),
  show: credentialTable,
});

function credentialTable(rows: readonly CredentialRow[], view: View): string {
  const { locale } = view;
  if (rows.length === 0) return sentences(translate(locale, 'none'), view);
  const heads = (['name', 'user', 'cameras'] as const).map((key) => translate(locale, key));
  const cells = rows.map(({ name, user, cameras }) => [
    name,
    user,
    cameras.length > 0 ? cameras.join(' ') : translate(locale, 'all'),
  ]);
  return table(heads, cells, view);
}
