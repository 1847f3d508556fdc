import { gzipSync } from 'node:zlib';
import { type EventKind, gatewayPaths } from '@angrid/contract';
import type { ConsoleClient } from '../../support/console-client.js';
import { plainCompound } from '../../support/plain-compound.js';
import { FleetGateway, type Unnumbered, type UnnumberedAlert } from '../../simulators/fleet/fleet-gateway.js';

/** Kinds of one door's bad day: the first opens an incident, the others join it. */
const kinds: readonly EventKind[] = ['door.held_open', 'door.forced', 'tamper.device', 'tamper.reader'];
const PER_INCIDENT = 10;
const DUPLICATE_EVERY = 10;
const PROVISION_AT_ONCE = 400;
/** A village of the tree that every cloud has. */
const VILLAGE = '330782105200';

export interface Post {
  readonly gateway: number;
  readonly token: string;
  readonly body: Buffer;
  readonly alerts: readonly UnnumberedAlert[];
}

export interface Site {
  readonly gateway: FleetGateway;
  /** Alerts that it has sent, of which one in ten is sent again. */
  readonly sent: UnnumberedAlert[];
  made: number;
}

/** One compound with its gateway, as often as asked for; its panels stand at a place of a village. */
export async function openSites(
  base: string,
  administrator: ConsoleClient,
  { count, panels }: { readonly count: number; readonly panels: number },
): Promise<readonly Site[]> {
  const sites: Site[] = [];
  for (let index = 0; index < count; index += 1) {
    const compound = `fleet-${index + 1}`;
    await administrator.post('/api/compounds', plainCompound(compound));
    await administrator.post('/api/places', { compound, id: 'gate', name: 'Gate', kind: 'gate', unit: VILLAGE });
    const { code } = await administrator.post<{ readonly code: string }>('/api/gateways/enrolment-codes', { compound });
    const gateway = await FleetGateway.enrol(base, code);
    await provision(base, gateway, panels);
    sites.push({ gateway, sent: [], made: 0 });
  }
  return sites;
}

async function provision(base: string, gateway: FleetGateway, panels: number): Promise<void> {
  const at = new Date();
  const items = Array.from({ length: panels }, (_, index): Unnumbered[] => {
    const device = `panel-${index + 1}`;
    return [
      gateway.provision({ op: 'device.upsert', device, kind: 'panel', name: device }, at),
      gateway.provision({ op: 'link.place', device, place: 'gate' }, at),
    ];
  }).flat();
  for (let from = 0; from < items.length; from += PROVISION_AT_ONCE) {
    const body = gateway.batch(items.slice(from, from + PROVISION_AT_ONCE));
    const headers = { authorization: `Bearer ${gateway.token}`, 'content-type': 'application/x-ndjson' };
    const response = await fetch(`${base}${gatewayPaths.batches}`, { method: 'POST', headers, body });
    if (!response.ok) throw new Error(`provision: ${response.status} ${await response.text()}`);
  }
}

/** Batches of `size` alerts, `each` of them a gateway, gateways in turn; signed and packed before anything is timed. */
export function prepare(sites: readonly Site[], each: number, size: number): readonly Post[] {
  const posts: Post[] = [];
  for (let round = 0; round < each; round += 1) {
    for (const [index, site] of sites.entries()) {
      const alerts = Array.from({ length: size }, () => nextAlert(site));
      const body = gzipSync(site.gateway.batch(alerts), { level: 1 });
      posts.push({ gateway: index, token: site.gateway.token, body, alerts });
    }
  }
  return posts;
}

/** Ten alerts a device, one device after the other; each tenth alert of a gateway is one that it has sent before. */
function nextAlert(site: Site): UnnumberedAlert {
  site.made += 1;
  const again = site.made % DUPLICATE_EVERY === 0 ? site.sent[Math.floor((site.sent.length * 3) / 4)] : undefined;
  if (again) return again;
  const fresh = site.sent.length;
  const kind = kinds[(fresh % PER_INCIDENT) % kinds.length] ?? 'door.held_open';
  const alert = site.gateway.alert(kind, `panel-${Math.floor(fresh / PER_INCIDENT) + 1}`, new Date(Date.now() + fresh));
  site.sent.push(alert);
  return alert;
}
