import { join } from 'node:path';
import type { CompiledProfile } from '@angrid/device-profiles';
import type { Secret } from '@angrid/runtime';
import type { PairedDevice } from '../devices/device.js';
import { brokerHosts } from '../gateway-hosts.js';
import type { ControlWorks } from '../gateway.js';
import type { HttpAccess, PanelAccess } from './answers.js';

interface Panel {
  readonly device: PairedDevice;
  readonly profile: CompiledProfile;
  /** A new one; undefined where the device logs in without. */
  readonly password: Secret | undefined;
}

type Listening = ControlWorks['listening'];

/** What an installer types into a panel. This is the one place that gives its password away. */
export function panelAccess(works: ControlWorks, panel: Panel): PanelAccess {
  const { layout, settings } = works;
  const { device, profile, password } = panel;
  const isHttp = profile.protocol === 'http';
  const isElsewhere = !isHttp && works.external !== undefined;
  const listening = isHttp ? httpListening(works) : works.listening;
  const plainNetwork = (isHttp ? settings.http : settings.broker).plainNetwork ?? '';
  const own = device.vendorId ?? device.id;
  const filled = (patterns: readonly string[]) => patterns.map((pattern) => pattern.replaceAll('{device}', own));
  const hosts = hostsOf(works, listening.tls.host);
  const { plain } = listening;
  return {
    hosts,
    port: listening.tls.port,
    ...(plain && { plain: { ...plain, network: plainNetwork } }),
    user: device.user,
    password: password?.reveal() ?? '',
    clientId: device.user,
    certificateAuthority: isElsewhere
      ? (settings.mqtt.external.certificateAuthority ?? '')
      : join(layout.pki, 'ca.crt'),
    publish: isHttp ? [] : filled(profile.publish),
    subscribe: isHttp ? [] : filled(profile.subscribe),
    ...(isHttp && { http: httpAccess(panel, hosts[0] ?? '', listening) }),
  };
}

function httpListening({ http, settings }: ControlWorks): Listening {
  const { tls, plain } = settings.http;
  return http.push.listening ?? { tls, ...(plain && { plain }) };
}

function hostsOf({ settings }: ControlWorks, host: string): string[] {
  return host === '0.0.0.0' || host === '::' ? brokerHosts(settings.broker.names) : [host];
}

function httpAccess({ device, profile, password }: Panel, host: string, { tls, plain }: Listening): HttpAccess {
  const { up, down = {}, http } = profile.source.transport;
  if (http?.login === 'address') {
    return { login: 'address', urls: [`http://${bracketed(plain?.host ?? host)}:${plain?.port ?? 80}`] };
  }
  const answers = new Set(Object.values(down).map(({ answer }) => answer));
  const sent = Object.entries(up).filter(([name]) => !answers.has(name));
  const polled = Object.values(down).filter(({ by }) => by === 'poll');
  const topics = new Set([...sent.flatMap(([, { topic }]) => topic), ...polled.map(({ topic }) => topic)]);
  const begin = `https://${bracketed(host)}:${tls.port}/p/${device.user}/${password?.reveal() ?? ''}`;
  const own = device.vendorId ?? device.id;
  return { login: 'path', urls: [...topics].map((topic) => `${begin}/${topic.replaceAll('{device}', own)}`) };
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
