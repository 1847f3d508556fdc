import { claimsToBe } from '../devices/camera-identity.js';
import type { PairedDevice } from '../devices/device.js';
import { hostsOf, type Reach, scan, type ScanNews, type SeenCamera } from '../drivers/onvif/index.js';
import type { DeviceHealth } from '../drivers/driver.js';
import type { ControlWorks } from '../gateway.js';
import type { FoundCamera, ScanLine } from './answers.js';
import { type ControlRoute, route } from './route.js';
import { streamed } from './streamed.js';

/** Looks for cameras and tells them line by line; `network` is refused before the first line. */
export function scanRoutes(works: ControlWorks): ControlRoute[] {
  return [
    route('GET', '/scan', ({ query, signal }) => {
      const network = query.get('network') ?? undefined;
      const allows = (host: string): boolean => works.guard.allows(host);
      if (network !== undefined) hostsOf(network, allows);
      const { clock, guard } = works;
      const access = { clock, resolve: (host: string) => guard.resolve(host) };
      const where = network === undefined ? {} : { network };
      return {
        stream: streamed<ScanLine>((tell) =>
          scan({ access, allows, signal, ...where, tell: (news) => tell(lineOf(works, news)) }),
        ),
      };
    }),
  ];
}

function lineOf(works: ControlWorks, news: ScanNews): ScanLine {
  return 'camera' in news ? { camera: foundOf(works, news.camera) } : news;
}

/** A paired camera is known better by its session than by what it tells to anybody. */
function foundOf({ registry, cameras }: ControlWorks, seen: SeenCamera): FoundCamera {
  const device = registry.all().find((paired) => paired.kind === 'camera' && isThis(paired, seen));
  if (!device) return seen;
  const state = reachOf(cameras.health(device.id)?.state) ?? seen.reach;
  return { ...seen, reach: state, device: device.id };
}

function isThis({ address, identity }: PairedDevice, seen: SeenCamera): boolean {
  if (identity && claimsToBe(identity, seen)) return true;
  return address !== undefined && hostOf(address) === hostOf(seen.address);
}

function reachOf(health: DeviceHealth | undefined): Reach | undefined {
  if (health === 'online') return 'up';
  return health === 'needs-password' || health === 'clock-wrong' ? health : undefined;
}

/** What two spellings of one camera's address have in common. */
function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}
