import { group, integer, list, listenAddress, network, setting, size } from '@angrid/runtime';
import { plainListener } from './plain-listener.js';

const zhEn = (zh: string, en: string) => ({ 'zh-CN': zh, en });

/** The listener of devices that push over HTTP. */
export const httpSettings = group(zhEn('HTTP 推送的设备', 'Devices that push over HTTP'), {
  tls: setting(listenAddress(), {
    default: '0.0.0.0:8884',
    about: zhEn(
      '设备推送的 TLS 地址；添加了 HTTP 设备后才打开，证书与 MQTT 相同',
      'Where devices push over TLS, with the certificate of the broker; opened once a device is paired that needs it',
    ),
  }),
  ...plainListener('192.168.50.1:8080'),
  networks: setting(list(network()), {
    default: [],
    example: ['192.168.50.0/24'],
    about: zhEn(
      '网关可以主动访问的面板所在的网段；其他地址一律拒绝',
      'The networks of the panels that the gateway calls; every other address is refused',
    ),
  }),
  connections: setting(integer({ min: 1, max: 20000 }), {
    default: 1024,
    about: zhEn('同时连接的上限', 'Most connections at once'),
  }),
  connectionsPerAddress: setting(integer({ min: 1, max: 20000 }), {
    default: 32,
    about: zhEn('每个地址同时连接的上限', 'Most connections at once from one address'),
  }),
  request: setting(size(), {
    default: '4MB',
    about: zhEn('单个请求的上限，包括随附的图片', 'Largest request, with the pictures that come with it'),
  }),
});
