import { join } from 'node:path';
import type { CompiledProfile } from '@angrid/device-profiles';
import type { Secret } from '@angrid/runtime';
import type { PairedDevice } from '../devices/device.js';
import { brokerHosts } from '../gateway-hosts.js';
import type { ControlWorks } from '../gateway.js';
import type { PanelAccess } from './answers.js';

/** What an installer types into a panel. This is the one place that gives its password away. */
export function panelAccess(
  { layout, listening, settings }: ControlWorks,
  { device, profile, password }: { device: PairedDevice; profile: CompiledProfile; password: Secret },
): PanelAccess {
  const { host, port } = listening.tls;
  const everywhere = host === '0.0.0.0' || host === '::';
  const { plain } = listening;
  const own = device.vendorId ?? device.id;
  const filled = (patterns: readonly string[]) => patterns.map((pattern) => pattern.replaceAll('{device}', own));
  return {
    hosts: everywhere ? brokerHosts(settings.broker.names) : [host],
    port,
    ...(plain && { plain: { ...plain, network: settings.broker.plainNetwork ?? '' } }),
    user: device.user,
    password: password.reveal(),
    clientId: device.user,
    certificateAuthority: join(layout.pki, 'ca.crt'),
    publish: filled(profile.publish),
    subscribe: filled(profile.subscribe),
  };
}
