import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONTRACT_VERSION, type ProvisionData, type SiteConfig } from '@angrid/contract';
import { loadProfiles } from '@angrid/device-profiles';
import { loadSettings, ownCertificates, Redactor, VirtualClock } from '@angrid/runtime';
import type { CameraHealth } from '../cameras/camera-keeper.js';
import { gatewaySettings } from '../config/settings.js';
import { addressGuard } from '../devices/address-guard.js';
import { CameraFactsFile } from '../devices/camera-facts.js';
import { CredentialList } from '../devices/credential-list.js';
import { DeviceRegistry } from '../devices/registry.js';
import { DeviceStates } from '../flow/device-states.js';
import { SiteView } from '../flow/site-view.js';
import type { ControlWorks } from '../gateway.js';
import { dataLayout } from '../identity/layout.js';
import { stamper } from '../identity/machine.js';
import { Seal } from '../identity/seal.js';
import { Ledgers } from '../ledger/index.js';
import type { StreamState } from '../media/media.js';
import type { Atom, OutboxCounts } from '../outbox/outbox.js';
import type { UplinkStatus } from '../uplink/uplink.js';
import type { ControlCall, ControlRoute } from './route.js';

/** The parts of a gateway that the control routes touch: the real ones where they are small, and what is set here. */
export class Workshop {
  readonly clock = new VirtualClock('2026-03-01T00:00:00Z');
  /** What went into the outbox for the cloud, in order. */
  readonly provisioned: ProvisionData[] = [];
  /** Devices whose session was ended. */
  readonly cutOff: string[] = [];
  /** Devices of which nothing is to be kept, and whether they were paired by then. */
  readonly forgotten: [device: string, paired: boolean][] = [];
  readonly counts: OutboxCounts = {
    epoch: 1,
    pending: { alarm: 0, record: 0, media: 0 },
    quarantined: 0,
    seen: 0,
    bytes: 0,
  };
  uplink: UplinkStatus = { state: 'connected', channelOpen: true, uploadsWaiting: 0, uploadsDone: 0 };
  readonly cameras = new Map<string, CameraHealth>();
  /** Those of them whose view is learned anew. */
  readonly relearned: string[] = [];
  /** Those of them that have no stream. */
  readonly blind = new Set<string>();
  readonly streams = new Map<string, { readonly state: StreamState; readonly detail?: string }>();
  written = { day: '2026-03-01', bytes: 0, budget: 1000 };
  site: SiteConfig = siteOf();
  /** Devices that push over HTTP, and whether their port is open. */
  pushing = 0;
  isHttpOpen = true;
  /** Set where the outbox takes nothing. */
  outboxFailure: Error | undefined;

  private constructor(
    readonly works: ControlWorks,
    readonly folder: string,
  ) {}

  static async open(environment: Readonly<Record<string, string>> = {}): Promise<Workshop> {
    const folder = await mkdtemp(join(tmpdir(), 'works-'));
    const layout = dataLayout(folder);
    const settings = loadSettings(gatewaySettings, { environment: { ANGRID_GATEWAY_DATA: folder, ...environment } });
    const workshop: Workshop = new Workshop({} as ControlWorks, folder);
    const { clock } = workshop;
    const view = new SiteView({ gateway: 'gw-1', siteKey: Buffer.alloc(32), clock, config: () => workshop.site });
    Object.assign(workshop.works, {
      settings,
      layout,
      clock,
      view,
      redactor: new Redactor(),
      guard: addressGuard({ networks: settings.cameras.networks.map(String) }),
      registry: await DeviceRegistry.open(layout.devices, await Seal.open(layout.sealKey)),
      credentials: await CredentialList.open(layout.credentials, await Seal.open(layout.sealKey)),
      cameraFacts: await CameraFactsFile.open(layout.cameraFacts),
      profiles: await loadProfiles(),
      states: new DeviceStates(clock),
      stamp: stamper(clock, 'boot-1'),
      enrolment: { gateway: 'gw-1', cloud: 'https://cloud.test', name: 'gw', enrolledAt: '2026-03-01T00:00:00Z' },
      site: {
        get config() {
          return workshop.site;
        },
      },
      listening: { tls: { host: '192.168.50.1', port: 8883 } },
      find: () => undefined,
      pipeline: {
        forget: async (id: string) => {
          workshop.forgotten.push([id, workshop.works.registry.find(id) !== undefined]);
        },
      },
      broker: { disconnect: (id: string) => workshop.cutOff.push(id) },
      http: httpOf(workshop, settings.http.plain),
      ledgers: await Ledgers.load({ states: async () => new Map() }),
      cameras: {
        health: (id: string) => workshop.cameras.get(id),
        isBlind: (id: string) => workshop.blind.has(id),
      },
      pictures: { relearn: async (id: string) => void workshop.relearned.push(id) },
      media: { states: () => workshop.streams, writing: () => workshop.written },
      uplink: { status: () => workshop.uplink },
      outbox: { counts: async () => workshop.counts, append: (atom: Atom) => workshop.append(atom) },
    });
    await ownCertificates({ name: 'test', folder: layout.pki, hosts: [], clock });
    return workshop;
  }

  async call(routes: readonly ControlRoute[], method: string, path: string, body?: unknown): Promise<unknown> {
    for (const route of routes) {
      const match = route.method === method ? route.path.exec(path) : null;
      if (!match) continue;
      const params = Object.values(match.groups ?? {});
      const call: ControlCall = { params, query: new URLSearchParams(), body, signal: new AbortController().signal };
      const answer = await route.handle(call);
      return 'json' in answer ? answer.json : answer.stream;
    }
    throw new Error(`no route ${method} ${path}`);
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }

  private async append({ drafts }: Atom): Promise<'stored'> {
    if (this.outboxFailure) throw this.outboxFailure;
    for (const { json } of drafts) this.provisioned.push((JSON.parse(json) as { data: ProvisionData }).data);
    return 'stored';
  }
}

function httpOf(workshop: Workshop, plain: object | undefined): object {
  return {
    directory: {
      get size() {
        return workshop.pushing;
      },
    },
    push: {
      open: async () => undefined,
      get listening() {
        return workshop.isHttpOpen ? { tls: { host: '192.168.50.1', port: 8884 }, plain } : undefined;
      },
    },
    resolve: async (host: string) => host,
    forget: () => undefined,
  };
}

export function siteOf(parts: Partial<SiteConfig> = {}): SiteConfig {
  return {
    contract: CONTRACT_VERSION,
    version: 3,
    site: {
      id: 'site',
      name: '锦绣小区',
      siteClass: 'art7',
      purpose: 'public-safety',
      timezone: 'Asia/Shanghai',
      night: '22:00-06:00',
    },
    places: [],
    devices: [],
    links: [],
    rules: {
      heldOpenSeconds: { day: 30, night: 15 },
      repeatedDenial: { count: 3, windowSeconds: 60 },
      offlineGraceSeconds: 30,
    },
    ...parts,
  };
}
