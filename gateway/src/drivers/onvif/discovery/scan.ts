import { Slots } from '../../../media/slots.js';
import type { CameraAccess } from '../camera.js';
import { ownAddresses, Question } from './ask.js';
import { look, type Look, patienceMs } from './look.js';
import { neighbours } from './neighbours.js';
import { hostsOf } from './network-hosts.js';
import { discoveryPlace, type ProbeRefusal, readProbeMatches } from './probe.js';
import { macOfEndpoint, type Sighted, type Sighting, Sightings } from './sightings.js';

/** A camera as a scan saw it, without a password. */
export interface SeenCamera extends Omit<Look, 'isOnvif'> {
  /** Of its device service. */
  readonly address: string;
  readonly name?: string;
  readonly mac?: string;
}

/** Why an answer led to no camera. */
export type Ignored = ProbeRefusal | Exclude<Sighted, 'new' | 'known'>;

/** Answers that led to no camera, by reason, and how much was asked. */
export interface ScanTally {
  /** Interfaces from which a probe went out. */
  readonly interfaces: number;
  /** Addresses that were asked one by one. */
  readonly hosts: number;
  readonly ignored: Readonly<Partial<Record<Ignored, number>>>;
  /** The time was over before all was asked. */
  readonly cutShort: boolean;
}

/** What a scan tells while it runs: how far it is, each camera once, and its tally at the end. */
export type ScanNews =
  | { readonly asked: number; readonly of: number; readonly found: number }
  | { readonly camera: SeenCamera }
  | { readonly tally: ScanTally };

export interface ScanOptions {
  readonly access: CameraAccess;
  /** True for an IP address inside the networks of the site. */
  allows(host: string): boolean;
  /** Also asks each address of this IPv4 network (a /22 at most), for cameras that no multicast reaches. */
  readonly network?: string;
  readonly signal: AbortSignal;
  tell(news: ScanNews): void;
  /** Own addresses to ask from; see interfacesFor unless given. */
  readonly interfaces?: readonly string[];
  /** Where device services listen, and probes; the usual ones unless given. */
  readonly ports?: { readonly onvif: readonly number[]; readonly probe: number };
}

/** For a whole scan; the largest network takes about half of it. */
const SCAN_MS = 60_000;
const AT_ONCE = 32;
/** Device services are on 80, and what makers chose instead. */
const USUAL_PORTS = { onvif: [80, 443, 8080, 8000, 8899, 2020], probe: discoveryPlace.port } as const;
const TOLD_EACH = 16;

/**
 * Looks for cameras: WS-Discovery on every interface that leads to them, then each address of `network`, then asks each find who it is.
 * No password is sent. Errors: those of hostsOf; the signal's reason. Over after SCAN_MS, with what it has by then.
 */
export async function scan(options: ScanOptions): Promise<void> {
  const hosts = options.network === undefined ? [] : hostsOf(options.network, options.allows);
  await new Scan(options, hosts).run();
}

function serviceAt(host: string, port: number): string {
  const origin = port === 443 ? `https://${host}` : `http://${host}${port === 80 ? '' : `:${port}`}`;
  return `${origin}/onvif/device_service`;
}

/** Every interface into the networks of the cameras; every one at all where these are behind a router. */
function interfacesFor(allows: (host: string) => boolean): readonly string[] {
  const all = ownAddresses();
  const inside = all.filter(allows);
  return inside.length > 0 ? inside : all;
}

class Scan {
  private readonly sightings: Sightings;
  private readonly ignored: Partial<Record<Ignored, number>> = {};
  private readonly told = new Set<string>();
  private readonly slots = new Slots(AT_ONCE);
  private readonly limit = new AbortController();
  private asked = 0;

  constructor(
    private readonly options: ScanOptions,
    private readonly hosts: readonly string[],
  ) {
    this.sightings = new Sightings(options.allows);
  }

  async run(): Promise<void> {
    const { access, signal, tell } = this.options;
    const cancel = access.clock.after(SCAN_MS, () => this.limit.abort(new Error('the scan took too long')));
    const forward = (): void => this.limit.abort(signal.reason);
    signal.addEventListener('abort', forward, { once: true });
    try {
      const interfaces = await this.listen();
      await this.visit().catch((error: unknown) => {
        if (!this.limit.signal.aborted) throw error;
      });
      signal.throwIfAborted();
      const cutShort = this.limit.signal.aborted;
      tell({ tally: { interfaces, hosts: this.hosts.length, ignored: this.ignored, cutShort } });
    } finally {
      cancel();
      signal.removeEventListener('abort', forward);
    }
  }

  /** The group on all interfaces and, where there is a network, each of its addresses, at the same time. */
  private async listen(): Promise<number> {
    const { access, allows, interfaces = interfacesFor(allows), ports = USUAL_PORTS } = this.options;
    const questions = [new Question(), new Question()];
    const asking = { clock: access.clock, signal: this.limit.signal, interfaces, port: ports.probe };
    const hear = (question: Question) => (datagram: Buffer) => this.hear(datagram, question);
    const [multicast, unicast] = questions as [Question, Question];
    await Promise.all([
      multicast.ask({ ...asking, hosts: [], onReply: hear(multicast) }),
      ...(this.hosts.length > 0 ? [unicast.ask({ ...asking, hosts: this.hosts, onReply: hear(unicast) })] : []),
    ]);
    return multicast.sentFrom;
  }

  private hear(datagram: Buffer, { asked }: Question): void {
    const answers = readProbeMatches(datagram, asked);
    if (typeof answers === 'string') return this.ignore(answers);
    for (const answer of answers) {
      const became = this.sightings.add(answer);
      if (became === 'new') this.progress();
      else if (became !== 'known') this.ignore(became);
    }
  }

  private ignore(why: Ignored): void {
    this.ignored[why] = (this.ignored[why] ?? 0) + 1;
  }

  private async visit(): Promise<void> {
    const macs = await neighbours();
    const sightings = this.sightings.all();
    const known = new Set(sightings.flatMap(({ addresses }) => addresses.map((address) => new URL(address).hostname)));
    const rest = this.hosts.filter((host) => !known.has(host));
    const work = [
      ...sightings.map((sighting) => () => this.meet(sighting, macs)),
      ...rest.map((host) => () => this.knock(host)),
    ];
    await Promise.all(work.map((visit) => this.slots.run(() => this.counted(visit, work.length))));
  }

  private async counted(visit: () => Promise<void>, of: number): Promise<void> {
    this.limit.signal.throwIfAborted();
    await visit();
    this.asked += 1;
    if (this.asked % TOLD_EACH === 0 || this.asked === of) this.progress(of);
  }

  private progress(of = this.hosts.length): void {
    this.options.tell({ asked: this.asked, of, found: Math.max(this.told.size, this.sightings.size) });
  }

  /** A device that answered a probe: it is one, also where its service says nothing. */
  private async meet({ endpoint, addresses, ...told }: Sighting, macs: ReadonlyMap<string, string>): Promise<void> {
    for (const address of addresses) {
      const seen = await this.lookAt(address, patienceMs.known);
      if (!seen && address !== addresses.at(-1)) continue;
      const { isOnvif: _, ...looked } = seen ?? { reach: 'reachable', isOnvif: false };
      return this.tell({ ...told, ...looked, endpoint, address }, macs);
    }
  }

  /** An address that answered no probe. */
  private async knock(host: string): Promise<void> {
    const { ports = USUAL_PORTS } = this.options;
    const tries = ports.onvif.map(async (port) => {
      const address = serviceAt(host, port);
      return { address, seen: await this.lookAt(address, patienceMs.tried) };
    });
    for (const { address, seen } of await Promise.all(tries)) {
      if (seen?.isOnvif !== true) continue;
      const { isOnvif: _, ...looked } = seen;
      return this.tell({ ...looked, address }, await neighbours());
    }
  }

  private lookAt(address: string, patience: number): Promise<Look | undefined> {
    return look(address, { access: this.options.access, patienceMs: patience, signal: this.limit.signal });
  }

  private tell(camera: SeenCamera, macs: ReadonlyMap<string, string>): void {
    const key = camera.endpoint ?? camera.address;
    if (this.told.has(key)) return;
    this.told.add(key);
    const mac = macs.get(new URL(camera.address).hostname) ?? camera.mac ?? macOfEndpoint(camera.endpoint);
    this.options.tell({ camera: { ...camera, ...(mac !== undefined && { mac }) } });
  }
}
