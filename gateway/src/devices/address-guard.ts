import { lookup as dnsLookup } from 'node:dns/promises';
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { AnGridError } from '@angrid/contract';

/** All addresses of a name, as the resolver of the system gives them. */
export type Lookup = (host: string) => Promise<readonly string[]>;

export interface AddressGuard {
  /**
   * One address for `host`, inside the networks; the caller connects to it and to nothing else.
   * A name is resolved and EVERY address of it must be inside, so that a second answer cannot lead elsewhere.
   * Errors: device.address-invalid, device.address-unresolved, device.address-refused.
   */
  resolve(host: string): Promise<string>;
  /** True for an IP literal inside the networks. Names are never allowed here: they need `resolve`. */
  allows(host: string): boolean;
}

export interface AddressGuardOptions {
  /** CIDRs of the site's cameras, IPv4 or IPv6: `192.168.20.0/24`. Empty refuses everything. */
  readonly networks: readonly string[];
  readonly lookup?: Lookup;
}

/** What no configuration opens: unspecified, multicast, reserved, and the metadata services of clouds. */
const NEVER = [
  '0.0.0.0/8',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '169.254.169.254/32',
  '::/128',
  'ff00::/8',
  'fd00:ec2::254/128',
];

export function addressGuard(options: AddressGuardOptions): AddressGuard {
  const allowed = networkList(options.networks);
  const never = networkList(NEVER);
  const lookup = options.lookup ?? systemLookup;
  const inside = (ip: IpAddress): boolean =>
    !never.check(ip.address, ip.family) && allowed.check(ip.address, ip.family);

  return {
    allows(host) {
      const ip = parseIp(host);
      return ip !== undefined && inside(ip);
    },
    async resolve(host) {
      const literal = parseIp(host);
      if (literal) return pinned(host, [literal], inside);
      if (!isHostName(host)) throw invalid(host, 'neither an IP address nor a host name');
      return pinned(host, await addressesOf(host, lookup), inside);
    },
  };
}

interface IpAddress {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
}

/**
 * Strict forms only: dotted quad without leading zeros, or IPv6 (with or without brackets, never with a zone).
 * The IPv4 inside an IPv4-mapped IPv6 address is taken out, so that `::ffff:127.0.0.1` is what it is.
 */
export function parseIp(host: string): IpAddress | undefined {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  if (bare === host && isIPv4(bare)) return { address: bare, family: 'ipv4' };
  if (bare.includes('%') || !isIPv6(bare)) return undefined;
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonicalIpv6(bare));
  if (!mapped) return { address: canonicalIpv6(bare), family: 'ipv6' };
  const high = Number.parseInt(mapped[1] as string, 16);
  const low = Number.parseInt(mapped[2] as string, 16);
  return { address: [high >> 8, high & 255, low >> 8, low & 255].join('.'), family: 'ipv4' };
}

export interface DeviceUrl {
  /** Without the colon: `http`. */
  readonly scheme: string;
  /** IP literal (IPv6 without brackets) or lower-case host name. */
  readonly host: string;
  /** The URL itself, parsed once; nothing else is derived from the text. */
  readonly url: URL;
}

/**
 * Takes a device address apart, once and strictly: one of `schemes`, a plain host, an optional port, path and query.
 * User information, fragments, backslashes, white space, escapes in the host, and every other spelling of an
 * IP address (decimal, octal, hexadecimal, shortened) are refused. Error: device.address-invalid.
 */
export function parseDeviceUrl(text: string, schemes: readonly string[]): DeviceUrl {
  if (text.length > 2048) throw invalid(text, 'longer than 2048 characters');
  if (!/^[\x21-\x7e]+$/.test(text) || text.includes('\\')) throw invalid(text, 'white space, backslash or non-ASCII');
  const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]+)[^#]*$/i.exec(text);
  if (!parts) throw invalid(text, 'not scheme://host[:port]/path, or with a fragment');
  const scheme = (parts[1] as string).toLowerCase();
  if (!schemes.includes(scheme)) throw invalid(text, `the scheme must be ${schemes.join(' or ')}`);
  const authority = parts[2] as string;
  if (authority.includes('@')) throw invalid(text, 'user and password do not belong into the address');
  const host = hostOf(authority);
  if (host === undefined) throw invalid(text, 'the host or port is not valid');
  if (!URL.canParse(text)) throw invalid(text, 'not a valid URL');
  return { scheme, host, url: new URL(text) };
}

function hostOf(authority: string): string | undefined {
  const parts = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/i.exec(authority);
  if (!parts) return undefined;
  if (parts[2] !== undefined && (Number(parts[2]) < 1 || Number(parts[2]) > 65_535)) return undefined;
  const host = (parts[1] as string).toLowerCase();
  const ip = parseIp(host);
  if (ip) return ip.address;
  return isHostName(host) ? host : undefined;
}

/** A DNS name whose last label cannot be read as a number, so that no parser takes it for an IP address. */
function isHostName(host: string): boolean {
  if (host.length > 253) return false;
  const labels = host.split('.');
  if (!labels.every((label) => /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/i.test(label))) return false;
  return !/^(\d+|0x[0-9a-f]*)$/i.test(labels.at(-1) as string);
}

function networkList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [base = '', prefix = '', ...rest] = network.split('/');
    const ip = base.startsWith('[') ? undefined : parseIp(base);
    const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
    const most = ip?.family === 'ipv4' ? 32 : 128;
    const mapped = ip?.family === 'ipv4' && base.includes(':');
    if (!ip || mapped || rest.length > 0 || !(bits <= most)) {
      throw new AnGridError('config.invalid-value', { op: 'address.networks', subject: network, detail: 'not a CIDR' });
    }
    list.addSubnet(ip.address, bits, ip.family);
  }
  return list;
}

function pinned(host: string, addresses: readonly IpAddress[], inside: (ip: IpAddress) => boolean): string {
  const outside = addresses.find((ip) => !inside(ip));
  const first = addresses[0];
  if (outside || !first) {
    const detail = outside ? `${outside.address} is outside` : 'it has no address';
    throw new AnGridError('device.address-refused', { op: 'address.resolve', subject: host, detail });
  }
  return first.address;
}

async function addressesOf(host: string, lookup: Lookup): Promise<IpAddress[]> {
  const found = await lookup(host).catch((cause: unknown) => {
    throw new AnGridError('device.address-unresolved', { op: 'address.resolve', subject: host, cause });
  });
  const addresses: IpAddress[] = [];
  for (const text of found) {
    const ip = parseIp(text);
    if (!ip) throw new AnGridError('device.address-refused', { op: 'address.resolve', subject: host, detail: text });
    addresses.push(ip);
  }
  return addresses;
}

async function systemLookup(host: string): Promise<string[]> {
  const found = await dnsLookup(host, { all: true, verbatim: true });
  return found.map((entry) => entry.address);
}

/** The one spelling that the URL standard gives an IPv6 address. */
function canonicalIpv6(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

function invalid(text: string, detail: string): AnGridError {
  return new AnGridError('device.address-invalid', { op: 'address.parse', subject: withoutUser(text), detail });
}

/** The text as far as it may be shown: anything before an `@` could be a password. */
function withoutUser(text: string): string {
  const at = text.lastIndexOf('@');
  return (at < 0 ? text : `…${text.slice(at)}`).slice(0, 200);
}
