import { type ChildProcess, fork } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GatewayProgram } from '../../support/gateway-program.js';
import type { PanelAccess } from './bench-panel.js';
import { CrowdProcess } from './crowd-process.js';
import { Peer } from './peer.js';
import { type Voice, voiceNames } from './voices.js';

export const PANELS = 600;

/** What is measured: processes, and a crowd of panels that talks to them. */
export interface Subject {
  readonly name: string;
  readonly pids: readonly number[];
  readonly crowd: CrowdProcess;
  stop(): Promise<void>;
}

const names = Array.from({ length: PANELS }, (_, index) => `panel-${index + 1}`);

function voiceOf(index: number): Voice {
  return voiceNames[index % voiceNames.length] ?? 'json-panel';
}

/** aedes and the outbox alone. */
export async function floor(folder: string): Promise<Subject> {
  await mkdir(folder, { recursive: true });
  const child: ChildProcess = fork(fileURLToPath(new URL('./floor.js', import.meta.url)), [folder]);
  const { port } = await new Promise<AddressInfo>((resolve, reject) => {
    child.once('message', (address) => resolve(address as AddressInfo));
    child.once('exit', (code) => reject(new Error(`the floor ended with ${code}`)));
  });
  const crowd = await CrowdProcess.connect(accesses(port));
  return {
    name: 'floor',
    pids: [child.pid ?? 0],
    crowd,
    stop: async () => {
      crowd.stop();
      child.disconnect();
    },
  };
}

export interface OursOptions {
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Brings the data folder into a state before the gateway starts on it. */
  prepare?(data: string): Promise<void>;
}

/** As its service file starts it; deploy/gateway. */
const NODE = ['--max-semi-space-size=4', '--no-parallel-scavenge'];

/** The gateway as it is delivered, with no cloud to send to, after its first start: that one makes its certificates. */
export async function ours({ folder, environment = {}, prepare }: OursOptions): Promise<Subject> {
  const data = join(folder, 'gateway');
  const ring = { ANGRID_GATEWAY_MEDIA_RING: join(folder, 'ring') };
  const gateway = await GatewayProgram.at({ data, environment: { ...ring, ...environment }, node: NODE });
  await gateway.enrolNowhere();
  await prepare?.(data);
  await gateway.start();
  await gateway.stop();
  await gateway.start();
  const paired: PanelAccess[] = [];
  for (const voice of voiceNames) {
    const own = names.filter((_, index) => voiceOf(index) === voice);
    const logins = await gateway.pair(own, voice);
    paired.push(...logins.map((login, index) => ({ ...login, device: own[index] ?? '', voice })));
  }
  const crowd = await CrowdProcess.connect(paired);
  return {
    name: 'ours',
    pids: [gateway.pid],
    crowd,
    stop: async () => {
      crowd.stop();
      await gateway.kill();
    },
  };
}

/** Node-RED and Mosquitto; an event is over when its mapped message is there. */
export async function peer(folder: string): Promise<Subject & { readonly versions: string }> {
  await mkdir(folder, { recursive: true });
  const running = await Peer.start(folder);
  const crowd = await CrowdProcess.connect(
    accesses(running.port).map((access) => ({ ...access, outcome: `out/${access.device}` })),
  );
  return {
    name: 'peer',
    versions: running.versions,
    pids: running.pids,
    crowd,
    stop: async () => {
      crowd.stop();
      running.stop();
    },
  };
}

function accesses(port: number): PanelAccess[] {
  return names.map((device, index) => ({
    host: '127.0.0.1',
    port,
    device,
    user: device,
    password: device,
    voice: voiceOf(index),
  }));
}
