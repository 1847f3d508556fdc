import { isIPv4 } from 'node:net';
import { AnGridError } from '@angrid/contract';

/** A /22: more is a mistake in the prefix, or a task for the night. */
export const MAX_HOSTS = 1_024;

/**
 * The host addresses of an IPv4 network `192.168.20.0/24`, without its own and its broadcast address where it has them.
 * Errors: `input.invalid` for what is no such network or larger than a /22; `device.address-refused` where `allows`
 * (an IP address inside the networks of the site) does not hold for all of it.
 */
export function hostsOf(network: string, allows: (host: string) => boolean): readonly string[] {
  const [, base = '', prefix = ''] = /^([\d.]+)\/(\d{1,2})$/.exec(network.trim()) ?? [];
  const bits = Number(prefix);
  if (!isIPv4(base) || prefix === '' || bits > 32) throw invalid(network, 'not an IPv4 network like 192.168.20.0/24');
  const size = 2 ** (32 - bits);
  if (size > MAX_HOSTS) throw invalid(network, `more than ${MAX_HOSTS} addresses: scan it in parts of a /22 at most`);
  const first = Math.floor(numberOf(base) / size) * size;
  const [from, to] = size > 2 ? [1, size - 1] : [0, size];
  const hosts = Array.from({ length: to - from }, (_, index) => textOf(first + from + index));
  const outside = hosts.find((host) => !allows(host));
  if (outside === undefined) return hosts;
  const detail = `${outside} is outside of cameras.networks`;
  throw new AnGridError('device.address-refused', { op: 'device.scan', subject: network, detail });
}

function numberOf(address: string): number {
  let number = 0;
  for (const part of address.split('.')) number = number * 256 + Number(part);
  return number;
}

function textOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

function invalid(subject: string, detail: string): AnGridError {
  return new AnGridError('input.invalid', { op: 'device.scan', subject: subject.slice(0, 64), detail });
}
