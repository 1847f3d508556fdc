import { listenAddress, setting, text } from '@angrid/runtime';

/** A listener without TLS, beside one that has it: open only where its network has a name. */
export function plainListener(example: string) {
  return {
    plain: setting(listenAddress(), {
      optional: true,
      example,
      about: {
        'zh-CN': '不加密的地址，只用于隔离的面板网络',
        en: 'A listener without TLS, for an isolated panel network only',
      },
    }),
    plainNetwork: setting(text(), {
      optional: true,
      example: 'panel VLAN 50',
      about: {
        'zh-CN': '该隔离网络的名称；没有名称就不开放不加密的地址',
        en: 'The name of that isolated network; without it no plain listener is opened',
      },
    }),
  };
}
