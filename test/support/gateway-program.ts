import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CONTRACT_VERSION } from '@angrid/contract';
import { GatewayClient } from '@angrid/gateway/cli/gateway-client';
import type { DeviceStored } from '@angrid/gateway/control/answers';
import { Identity } from '@angrid/gateway/identity/identity';
import { dataLayout } from '@angrid/gateway/identity/layout';
import { SiteStore } from '@angrid/gateway/site/site-store';
import { ownCertificates, SystemClock } from '@angrid/runtime';
import { freePort } from './free-port.js';
import { plainCompound } from './plain-compound.js';
import { angrid, Program, programs } from './program.js';
import { until } from './until.js';
import type { WireAccess } from './wire-panel.js';

export interface GatewayProgramOptions {
  readonly data: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Panels speak over TLS: a handshake each, which a gateway that has just started is slow at. Else in clear. */
  readonly tls?: boolean;
  /** Options of node itself. */
  readonly node?: readonly string[];
  onLine?(line: string): void;
}

/** A gateway that can be ended in any way and started again on its data, at the same addresses. */
export class GatewayProgram {
  private program: Program | undefined;
  gateway = '';

  private constructor(
    private readonly options: GatewayProgramOptions,
    private readonly environment: Readonly<Record<string, string>>,
    private readonly ports: { readonly panels: number; readonly metrics: number },
  ) {}

  static async at(options: GatewayProgramOptions): Promise<GatewayProgram> {
    await mkdir(options.data, { recursive: true });
    const ports = { panels: await freePort(), metrics: await freePort() };
    const environment = {
      ANGRID_GATEWAY_DATA: options.data,
      ...listening(ports.panels, options.tls === true),
      ANGRID_GATEWAY_BROKER_CONNECTIONS_PER_ADDRESS: '1000',
      ANGRID_GATEWAY_METRICS: `127.0.0.1:${ports.metrics}`,
    };
    return new GatewayProgram(options, environment, ports);
  }

  async enrol(cloud: string, code: string): Promise<void> {
    const args = ['init', '--cloud', cloud, '--code', code, '--name', 'Gateway'];
    await angrid(args, { ...this.environment });
  }

  /** As if it had been enrolled at a cloud that is never there. */
  async enrolNowhere(): Promise<void> {
    const { folder, identity, site } = dataLayout(this.options.data);
    const clock = new SystemClock();
    const { ca } = await ownCertificates({ name: 'nobody', folder: join(folder, 'nobody'), hosts: [], clock });
    const enrolledAt = new Date(clock.wall()).toISOString();
    const gateway = `gw-${randomBytes(4).toString('hex')}`;
    const own = await Identity.open(identity);
    await own.enrolled({ gateway, cloud: 'https://127.0.0.1:9', name: 'Gateway', enrolledAt }, ca);
    const { rules, notice: _notice, ...facts } = plainCompound('nowhere');
    const nothing = { places: [], devices: [], links: [] };
    await SiteStore.create(site, { contract: CONTRACT_VERSION, version: 1, site: facts, rules, ...nothing });
  }

  /** Starts it, or starts it again after its end. */
  async start(): Promise<void> {
    const { environment, node, onLine } = this.options;
    this.program = Program.start(programs.cli, ['run'], {
      environment: { ...this.environment, ...environment },
      ...(node && { node }),
      ...(onLine && { onLine }),
    });
    const started = await this.program.line(({ msg }) => msg === 'the gateway runs');
    this.gateway = String(started['gateway']);
  }

  get pid(): number {
    return this.program?.child.pid ?? 0;
  }

  signal(signal: NodeJS.Signals): void {
    this.program?.child.kill(signal);
  }

  /** The exit status, once it has ended by itself. */
  ended(): Promise<number | null | undefined> {
    return this.program?.ended ?? Promise.resolve(undefined);
  }

  async kill(): Promise<void> {
    await this.program?.kill();
  }

  async stop(): Promise<void> {
    await this.program?.stop();
  }

  tail(): string {
    return this.program?.tail() ?? '';
  }

  /** Pairs panels, of the generic JSON profile unless another is named. */
  async pair(devices: readonly string[], profile = 'json-panel'): Promise<WireAccess[]> {
    const client = new GatewayClient(dataLayout(this.options.data).socket, AbortSignal.timeout(120_000));
    const paired: WireAccess[] = [];
    for (const id of devices) {
      const { access } = await client.post<DeviceStored>('/devices', { id, profile });
      if (!access) throw new Error(`the panel ${id} got no credential`);
      const { user, password, certificateAuthority } = access;
      const ca = this.options.tls === true ? { ca: await readFile(certificateAuthority, 'utf8') } : {};
      paired.push({ host: '127.0.0.1', port: this.ports.panels, user, password, ...ca });
    }
    return paired;
  }

  /** Resolves when it is connected to the operator's broker, so that a panel paired from now on is heard at once. */
  async hearsBroker(): Promise<void> {
    await until('the gateway hears its broker', async () => {
      const answer = await fetch(`http://127.0.0.1:${this.ports.metrics}/metrics`, {
        signal: AbortSignal.timeout(5000),
      });
      return /^angrid_mqtt_broker_connected 1$/m.test(await answer.text()) || undefined;
    });
  }

  /** Items that still wait for the cloud. */
  async pending(): Promise<number> {
    const answer = await fetch(`http://127.0.0.1:${this.ports.metrics}/healthz`, { signal: AbortSignal.timeout(5000) });
    const { pending } = (await answer.json()) as { readonly pending: Readonly<Record<string, number>> };
    return (pending['alarm'] ?? 0) + (pending['record'] ?? 0) + (pending['media'] ?? 0);
  }

  async drained(withinMs = 90_000): Promise<void> {
    await until('the outbox is empty', async () => ((await this.pending()) === 0 ? true : undefined), withinMs);
  }
}

function listening(port: number, tls: boolean): Record<string, string> {
  const address = `127.0.0.1:${port}`;
  if (tls) return { ANGRID_GATEWAY_BROKER_TLS: address };
  return {
    ANGRID_GATEWAY_BROKER_TLS: '127.0.0.1:0',
    ANGRID_GATEWAY_BROKER_PLAIN: address,
    ANGRID_GATEWAY_BROKER_PLAIN_NETWORK: 'loopback',
  };
}
