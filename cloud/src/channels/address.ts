import { AnGridError } from '@angrid/contract';
import type { ChannelKind, RobotKind } from './channel.js';

interface RobotAddress {
  readonly host: string;
  readonly path: RegExp;
  readonly query?: string;
}

const robots: Readonly<Record<RobotKind, RobotAddress>> = {
  wecom: { host: 'qyapi.weixin.qq.com', path: /^\/cgi-bin\/webhook\/send$/, query: 'key' },
  dingtalk: { host: 'oapi.dingtalk.com', path: /^\/robot\/send$/, query: 'access_token' },
  feishu: { host: 'open.feishu.cn', path: /^\/open-apis\/bot\/v2\/hook\/[\w-]{8,64}$/ },
};

const MAILBOX = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?$/;
const SHOWN_CHARACTERS = 4;

/**
 * The address that a target may have, read once: a robot's own host, or a host that the settings allow; https, or http
 * on this machine. Throws channel.address-refused.
 */
export function parseAddress(channel: ChannelKind, written: string, allowedHosts: readonly string[]): URL {
  if (channel === 'email') return mailbox(written);
  if (!URL.canParse(written)) throw refused('no URL');
  const url = new URL(written);
  const isPlain = url.protocol === 'http:' && isLoopback(url.hostname);
  if (url.protocol !== 'https:' && !isPlain) throw refused('https is needed');
  if (url.username !== '' || url.password !== '' || url.hash !== '') throw refused('user, password or fragment');
  if (channel !== 'webhook') checkRobot(url, robots[channel]);
  const own = channel === 'webhook' ? [] : [robots[channel].host];
  if (![...own, ...allowedHosts].includes(url.host)) throw refused(`channels.hosts does not allow ${url.host}`);
  return url;
}

/** What may be shown: the host, and the end of what follows it. */
export function shownAddress(url: URL): string {
  if (url.protocol === 'mailto:') return decodeURIComponent(url.pathname);
  return `${url.host} …${url.href.slice(-SHOWN_CHARACTERS)}`;
}

function checkRobot({ pathname, searchParams }: URL, { path, query }: RobotAddress): void {
  if (!path.test(pathname)) throw refused('not the path of such a robot');
  if (query !== undefined && (searchParams.get(query) ?? '') === '') throw refused(`${query} is missing`);
}

function mailbox(written: string): URL {
  const address = written.replace(/^mailto:/, '');
  if (!MAILBOX.test(address)) throw refused('no mail address');
  return new URL(`mailto:${encodeURIComponent(address)}`);
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function refused(detail: string): AnGridError {
  return new AnGridError('channel.address-refused', { op: 'channel.address', detail });
}
