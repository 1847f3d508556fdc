import { BlockList, isIP } from 'node:net';
import { scalar, type SettingType } from '../setting-type.js';

/** One block of addresses, as `192.168.20.0/24` or `fd00::/8`. */
export class Network {
  readonly #block = new BlockList();

  private constructor(readonly text: string) {}

  /** Undefined where the text is no CIDR block. */
  static parse(text: string): Network | undefined {
    const [, address = '', digits = ''] = /^([0-9a-fA-F.:]{2,45})\/(\d{1,3})$/.exec(text) ?? [];
    const family = isIP(address);
    const prefix = Number(digits);
    if (family === 0 || prefix > (family === 4 ? 32 : 128)) return undefined;
    const network = new Network(text);
    network.#block.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
    return network;
  }

  /** Whether `address` (a literal IP address, never a name) lies in the block. */
  contains(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && this.#block.check(address, family === 4 ? 'ipv4' : 'ipv6');
  }

  toString(): string {
    return this.text;
  }
}

/** A CIDR block; several of them: `list(network())`. */
export function network(): SettingType<Network> {
  return scalar(
    { 'zh-CN': 'CIDR 网段，如 192.168.20.0/24', en: 'a CIDR block such as 192.168.20.0/24' },
    Network.parse,
  );
}
