import { catalogue } from '@angrid/runtime';
import type { HttpAccess, PanelAccess } from '../control/answers.js';
import { facts } from './print/table.js';
import type { View } from './print/view.js';

const { translate } = catalogue({
  en: {
    enter:
      'Enter this address on the device (HTTP listening, HTTP notification or action URL). It holds the secret of the device and is not shown again.',
    serve:
      'Enter this as the server of the device. It has no secret: the device is known by its own network address, in the isolated network only.',
    url: 'Address',
    hosts: 'The gateway is also',
    plain: 'Without TLS',
    plainIs: 'http://{host}:{port}/… (isolated network {network})',
    basic: 'Or as Basic login',
    authority: 'CA certificate',
  },
  'zh-CN': {
    enter: '请在设备中填写以下地址（HTTP 监听主机、HTTP 通知或 Action URL）。其中含有该设备的密钥，不会再次显示。',
    serve: '请在设备中填写以下服务器地址。其中没有密钥：仅在隔离网络中，凭设备自身的网络地址识别。',
    url: '地址',
    hosts: '网关的其他地址',
    plain: '不加密',
    plainIs: 'http://{host}:{port}/…（隔离网络 {network}）',
    basic: '或用 Basic 登录',
    authority: 'CA 证书',
  },
});

/** What is typed into a device that pushes over HTTP. */
export function pushText(access: PanelAccess, { login, urls }: HttpAccess, view: View): string {
  const { locale } = view;
  const isSecret = login === 'path';
  const { plain, hosts, user, password, certificateAuthority } = access;
  const shown = facts(
    [
      [translate(locale, 'url'), { text: urls.join('\n'), colour: 'bold' }],
      [translate(locale, 'hosts'), isSecret && hosts.length > 1 ? hosts.slice(1).join('\n') : undefined],
      [translate(locale, 'basic'), isSecret ? `${user} ${password}` : undefined],
      [translate(locale, 'plain'), isSecret && plain ? translate(locale, 'plainIs', plain) : undefined],
      [translate(locale, 'authority'), isSecret ? certificateAuthority : undefined],
    ],
    view,
  );
  return `${view.paint('yellow', translate(locale, isSecret ? 'enter' : 'serve'))}\n${shown}`;
}
