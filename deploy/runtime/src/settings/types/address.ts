import { isIP, isIPv6 } from 'node:net';
import { refused, scalar, type SettingType } from '../setting-type.js';

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** A host name or an IP address. */
export function host(): SettingType<string> {
  return scalar({ 'zh-CN': '主机名或 IP 地址', en: 'a host name or IP address' }, hostOf);
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1:8080` or `[::1]:8080`; port 0 lets the system choose a free one. */
export function listenAddress(): SettingType<ListenAddress> {
  const name = {
    'zh-CN': '监听地址，如 127.0.0.1:8080 或 [::1]:8080',
    en: 'an address to listen on, as 127.0.0.1:8080 or [::1]:8080',
  };
  return scalar(name, (written) => {
    const [, bracketed, plain, digits] = /^(?:\[([^\]]{1,45})\]|([^:]{1,253})):(\d{1,5})$/.exec(written) ?? [];
    const found = bracketed === undefined ? hostOf(plain ?? '') : bracketed;
    if (found === undefined || (bracketed !== undefined && !isIPv6(bracketed))) return undefined;
    const number = Number(digits);
    return number <= 65535 ? { host: found, port: number } : undefined;
  });
}

/** An absolute URL of one of the `schemes` (`https`), without a user or password: those belong in a secret. */
export function url({ schemes }: { readonly schemes: readonly string[] }): SettingType<URL> {
  const name = {
    'zh-CN': `以 ${schemes.map((scheme) => `${scheme}://`).join('、')} 开头的地址`,
    en: `a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
  };
  const plain = scalar(name, (written) => {
    if (written.length > 2048 || !URL.canParse(written)) return undefined;
    const parsed = new URL(written);
    return schemes.includes(parsed.protocol.slice(0, -1)) && parsed.host !== '' ? parsed : undefined;
  });
  return {
    ...plain,
    parse(written, environment) {
      if (typeof written === 'string' && /:\/\/[^/?#]*@/.test(written)) {
        return refused(
          { 'zh-CN': '地址中不得含用户名或密码', en: 'the URL must not carry a user or password' },
          'config.secret-literal',
        );
      }
      return plain.parse(written, environment);
    },
  };
}

function hostOf(written: string): string | undefined {
  if (isIP(written) !== 0) return written;
  const looksNumeric = /^[\d.]+$/.test(written);
  return !looksNumeric && HOST_NAME.test(written) ? written : undefined;
}
