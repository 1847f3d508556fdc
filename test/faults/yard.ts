import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CloudProgram, startCloudProgram } from '../support/cloud-program.js';
import { CloudRows } from '../support/cloud-rows.js';
import { GatewayProgram } from '../support/gateway-program.js';
import { plainCompound } from '../support/plain-compound.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { slowFsync } from './slow-fsync.js';
import { Talker } from './talker.js';

export const FSYNC_MS = 20;
const COMPOUND = 'yard';
const PANELS = 10;
const EVERY_MS = 50;
const ALARM_EVERY = 25;

export interface Trial {
  readonly name: string;
  /** Folder for the gateway's data; a folder of the yard unless given. */
  readonly data?: string;
  /** Options of node, for a gateway that is spoilt on purpose. */
  readonly node?: readonly string[];
  readonly fsyncMs?: number;
  kindOf?(sequence: number): string;
}

export interface Tried {
  readonly gateway: GatewayProgram;
  readonly talkers: readonly Talker[];
}

/** A cloud, a line to it that can be cut, and gateways on disks that are slow to flush, with ten panels each. */
export class Yard {
  private readonly gateways: GatewayProgram[] = [];

  private constructor(
    readonly folder: string,
    readonly line: TcpProxy,
    readonly rows: CloudRows,
    private readonly cloud: CloudProgram,
  ) {}

  static async open(): Promise<Yard> {
    const folder = await mkdtemp(join(tmpdir(), 'yard-'));
    const cloud = await startCloudProgram({ folder }, { login: 'admin', label: 'Administrator' });
    try {
      await cloud.administrator.post('/api/compounds', plainCompound(COMPOUND));
      const line = await TcpProxy.to({ host: '127.0.0.1', port: Number(new URL(cloud.httpsUrl).port) });
      return new Yard(folder, line, await CloudRows.open(cloud.data), cloud);
    } catch (error) {
      await cloud.program.stop();
      throw error;
    }
  }

  /** A gateway that is enrolled and runs, with its panels paired and silent. */
  async raise({
    name,
    data = join(this.folder, name),
    node,
    fsyncMs = FSYNC_MS,
    kindOf = ordinary,
  }: Trial): Promise<Tried> {
    const slow = await slowFsync(this.folder, fsyncMs);
    const gateway = await GatewayProgram.at({
      data,
      environment: {
        ...slow,
        ANGRID_GATEWAY_OUTBOX_RESERVE: '4MB',
        ANGRID_GATEWAY_MEDIA_RING: join(this.folder, 'ring'),
      },
      ...(node && { node }),
    });
    this.gateways.push(gateway);
    await gateway.enrol(`https://127.0.0.1:${this.line.port}`, await this.code());
    await gateway.start();
    const devices = Array.from({ length: PANELS }, (_, index) => `${name}-${index + 1}`);
    const accesses = await gateway.pair(devices);
    await gateway.drained();
    const talkers = accesses.map(
      (access, index) => new Talker(devices[index] ?? '', access, { everyMs: EVERY_MS, kindOf }),
    );
    return { gateway, talkers };
  }

  async close(): Promise<void> {
    await Promise.all(this.gateways.map((gateway) => gateway.kill()));
    await this.rows.close();
    await this.line.stop();
    await this.cloud.program.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async code(): Promise<string> {
    const path = '/api/gateways/enrolment-codes';
    return (await this.cloud.administrator.post<{ readonly code: string }>(path, { compound: COMPOUND })).code;
  }
}

/** Mostly passages, now and then an alarm: both lanes are busy. */
function ordinary(sequence: number): string {
  return sequence % ALARM_EVERY === 0 ? 'tamper.device' : 'access.granted';
}

export async function talkFor(talkers: readonly Talker[], work: () => Promise<void>): Promise<void> {
  for (const talker of talkers) talker.start();
  try {
    await work();
  } finally {
    await Promise.all(talkers.map((talker) => talker.stop()));
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
