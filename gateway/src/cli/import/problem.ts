import type { Locale, Localized } from '@angrid/contract';
import { fill, type Values } from '../print/fill.js';

interface ProblemText {
  readonly says: Localized;
  readonly cure: Localized;
}

/** Every mistake that a row can have, with its cure. */
export const problemTexts = {
  'id-missing': {
    says: { 'zh-CN': '没有编号', en: 'it has no id' },
    cure: { 'zh-CN': '填写编号，如 gate-3-2', en: 'give it one, such as gate-3-2' },
  },
  'id-invalid': {
    says: { 'zh-CN': '编号“{text}”无效', en: '"{text}" is no id' },
    cure: {
      'zh-CN': '只用字母、数字、- 和 _，以字母或数字开头，最多 64 个字符',
      en: 'use letters, digits, - and _, begin with a letter or digit, at most 64 characters',
    },
  },
  'id-twice': {
    says: { 'zh-CN': '编号 {id} 与第 {row} 行重复', en: 'the id {id} stands in row {row} already' },
    cure: { 'zh-CN': '每台设备一行，编号各不相同', en: 'give each device a row and an id of its own' },
  },
  'kind-unknown': {
    says: { 'zh-CN': '类型“{text}”未知', en: 'there is no kind "{text}"' },
    cure: {
      'zh-CN': '写面板、摄像机、门锁或传感器，也可留空',
      en: 'write panel, camera, lock or sensor, or leave it empty',
    },
  },
  'kind-other': {
    says: {
      'zh-CN': '配置文件 {profile} 用于{wanted}，不是{text}',
      en: 'the profile {profile} is for a {wanted}, not a {text}',
    },
    cure: { 'zh-CN': '改正类型或配置文件', en: 'correct the kind or the profile' },
  },
  'kind-changed': {
    says: { 'zh-CN': '{id} 已作为{before}添加', en: '{id} is paired as a {before}' },
    cure: {
      'zh-CN': '换一个编号，或先运行 angrid device rm {id}',
      en: 'use another id, or run angrid device rm {id} first',
    },
  },
  'profile-missing': {
    says: { 'zh-CN': '没有配置文件', en: 'it has no profile' },
    cure: { 'zh-CN': '填写其中之一：{known}', en: 'give one of: {known}' },
  },
  'profile-unknown': {
    says: { 'zh-CN': '没有配置文件“{text}”', en: 'there is no profile "{text}"' },
    cure: { 'zh-CN': '填写其中之一：{known}', en: 'give one of: {known}' },
  },
  'name-long': {
    says: { 'zh-CN': '名称超过 200 个字符', en: 'the name has more than 200 characters' },
    cure: { 'zh-CN': '缩短名称', en: 'shorten it' },
  },
  'user-invalid': {
    says: { 'zh-CN': '用户名“{text}”无效', en: '"{text}" is no user name' },
    cure: {
      'zh-CN': '面板的用户名只用字母、数字、- 和 _；也可留空，默认为编号',
      en: 'for a panel use letters, digits, - and _, or leave it empty: then it is the id',
    },
  },
  'vendor-id-invalid': {
    says: { 'zh-CN': '厂商编号“{text}”无效', en: '"{text}" is no vendor id' },
    cure: {
      'zh-CN': '照面板上所示填写，只用字母、数字和 . _ : -',
      en: 'copy it from the panel: letters, digits and . _ : -',
    },
  },
  'address-missing': {
    says: { 'zh-CN': '摄像机没有地址', en: 'the camera has no address' },
    cure: {
      'zh-CN': '填写 ONVIF 地址；angrid device scan 可列出',
      en: 'give its ONVIF address; angrid device scan lists them',
    },
  },
  'address-invalid': {
    says: { 'zh-CN': '地址“{text}”无效', en: '"{text}" is no address of a camera' },
    cure: {
      'zh-CN': '写成 http://192.168.60.11/onvif/device_service，不含用户名和密码',
      en: 'write it like http://192.168.60.11/onvif/device_service, without user or password',
    },
  },
  'user-missing': {
    says: { 'zh-CN': '摄像机没有用户名', en: 'the camera has no user' },
    cure: { 'zh-CN': '填写摄像机的 ONVIF 用户名', en: 'give the ONVIF user of the camera' },
  },
  'password-missing': {
    says: { 'zh-CN': '摄像机没有密码文件', en: 'the camera has no password file' },
    cure: {
      'zh-CN': '把密码写入一个文件（权限 0600），在此填写其路径',
      en: 'write the password to a file of mode 0600 and give its path',
    },
  },
  'password-unreadable': {
    says: { 'zh-CN': '密码文件：{reason}', en: 'the password file: {reason}' },
    cure: { 'zh-CN': '检查路径，并运行 chmod 600', en: 'check the path, and run chmod 600' },
  },
  'panel-extra': {
    says: { 'zh-CN': '面板不需要{column}', en: 'a panel has no {column}' },
    cure: {
      'zh-CN': '留空：面板连接网关，密码由网关生成',
      en: 'leave it empty: the panel connects to the gateway, which makes its password',
    },
  },
  'place-unknown': {
    says: { 'zh-CN': '没有位置“{text}”', en: 'there is no place "{text}"' },
    cure: {
      'zh-CN': '用 angrid site places 查看，或先在控制台建立',
      en: 'angrid site places lists them; new ones are made in the console',
    },
  },
  'camera-unknown': {
    says: {
      'zh-CN': '“{text}”不是已添加或本表中的摄像机',
      en: '"{text}" is no camera that is paired or in this sheet',
    },
    cure: { 'zh-CN': '改正编号，或在表中加入该摄像机', en: 'correct the id, or add the camera to the sheet' },
  },
} as const satisfies Readonly<Record<string, ProblemText>>;

export type ProblemCode = keyof typeof problemTexts;

export interface Problem {
  readonly code: ProblemCode;
  readonly values: Values;
}

export function problem(code: ProblemCode, values: Values = {}): Problem {
  return { code, values };
}

export function problemWords(
  { code, values }: Problem,
  locale: Locale,
): { readonly says: string; readonly cure: string } {
  const { says, cure } = problemTexts[code];
  return { says: fill(says[locale], values), cure: fill(cure[locale], values) };
}
