import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makeVideo } from '../../support/gst-rtsp/footage.js';
import { GstRtspServer, type Mount } from '../../support/gst-rtsp/gst-rtsp-server.js';
import { type Bench, type Figures, median, rounded } from '../bench.js';
import { cpuMs, residentMiB } from '../panel-ingest/cost.js';
import { GatewaySubject, mainPath, startCopies, startMotion, type Subject, subPath, type Yard } from './subjects.js';

const CAMERAS = 16;
const LOGIN = { user: 'watcher', password: 'bench-password' };

/** `npm run bench -- cameras --quick` is for a look only; its figures mean nothing. */
const QUICK = process.argv.includes('--quick');
const ROUNDS = QUICK ? 1 : 3;
const WINDOW_MS = QUICK ? 10_000 : 20_000;
const SETTLE_MS = QUICK ? 8000 : 10_000;
/** Of all cameras; the first ones only warm up. */
const RESTARTS = QUICK ? 2 : 63;
const WARM_UP = 1;

type Say = (text: string) => void;
type Start = (folder: string, yard: Yard) => Promise<Subject>;

/** What it costs to record and look at many cameras. */
export const cameras: Bench = {
  name: 'cameras',
  about: `cameras: ${CAMERAS} real RTSP cameras (H.264, 1080p15 at 4 Mbit/s and 360p15) recorded and looked at by the media side of a gateway, by motion, and only recorded by ffmpeg; ${ROUNDS} x ${WINDOW_MS / 1000} s each`,
  run: async (say) => {
    const folder = await mkdtemp('/dev/shm/bench-cameras-');
    const server = await GstRtspServer.start({ ...LOGIN, mounts: await mounts() });
    const yard = { cameras: CAMERAS, port: server.port, ...LOGIN };
    try {
      return await measure(folder, yard, say);
    } finally {
      await server.kill();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function mounts(): Promise<Mount[]> {
  const common = { codec: 'h264', fps: 15, seconds: 20 } as const;
  const main = await makeVideo({ ...common, width: 1920, height: 1080, kilobits: 4000 });
  const sub = await makeVideo({ ...common, width: 640, height: 360, kilobits: 512 });
  return Array.from({ length: CAMERAS }, (_, camera) => [
    { path: mainPath(camera), codec: common.codec, fps: common.fps, video: main },
    { path: subPath(camera), codec: common.codec, fps: common.fps, video: sub },
  ]).flat();
}

async function measure(folder: string, yard: Yard, say: Say): Promise<Figures> {
  const cpu: Record<'gateway' | 'motion' | 'copy', number[]> = { gateway: [], motion: [], copy: [] };
  const gatewayMb: number[] = [];
  const childMb: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const ours = await gatewayRound(folder, yard);
    cpu.gateway.push(ours.cpu);
    gatewayMb.push(ours.gatewayMb);
    childMb.push(ours.childMb);
    cpu.motion.push(await peerRound(folder, yard, startMotion));
    cpu.copy.push(await peerRound(folder, yard, startCopies));
    const share = (name: keyof typeof cpu): string => `${name} ${rounded(cpu[name].at(-1) ?? 0, 2)} %`;
    say(
      `round ${round}: ${share('gateway')} (gateway process ${rounded(ours.ownCpu, 2)}), ${share('motion')}, ${share('copy')} of a core a camera; gateway ${rounded(ours.gatewayMb, 2)} MB, child ${rounded(ours.childMb)} MB a camera; ${rounded(ours.framesPerSecond, 2)} pictures looked at a second and camera`,
    );
  }
  const leak = await leaked(folder, yard);
  return {
    cameras: CAMERAS,
    cpu_pct_per_camera: rounded(median(cpu.gateway), 3),
    motion_cpu_pct_per_camera: rounded(median(cpu.motion), 3),
    copy_cpu_pct_per_camera: rounded(median(cpu.copy), 3),
    ratio_motion: rounded(median(cpu.gateway) / median(cpu.motion), 3),
    gateway_mb_per_camera: rounded(median(gatewayMb), 2),
    child_mb_per_camera: rounded(median(childMb)),
    [`fd_leak_${RESTARTS * CAMERAS >= 1000 ? 1000 : RESTARTS * CAMERAS}_restarts`]: leak,
  };
}

async function gatewayRound(folder: string, yard: Yard) {
  const gateway = await GatewaySubject.start(join(folder, 'gateway'), yard);
  try {
    await pause(SETTLE_MS / 4);
    const before = await residentMiB(gateway.pid);
    await gateway.ask({ watch: CAMERAS });
    await pause(SETTLE_MS);
    const { frames } = await gateway.ask({ watch: CAMERAS });
    const own = await cpuMs(gateway.pid);
    const cpu = await cpuOf(gateway);
    const ownCpu = ((await cpuMs(gateway.pid)) - own) / (WINDOW_MS / 100) / CAMERAS;
    const after = await gateway.ask({ watch: CAMERAS });
    const children = (await gateway.pids()).slice(1);
    const sizes = await Promise.all(children.map(proportionalMb));
    return {
      cpu,
      ownCpu,
      gatewayMb: (((await residentMiB(gateway.pid)) - before) / CAMERAS) * MB_PER_MIB,
      childMb: median(sizes),
      framesPerSecond: (after.frames - frames) / (WINDOW_MS / 1000) / CAMERAS,
    };
  } finally {
    await gateway.stop();
  }
}

async function peerRound(folder: string, yard: Yard, start: Start): Promise<number> {
  const peer = await start(join(folder, 'peer'), yard);
  try {
    await pause(SETTLE_MS);
    return await cpuOf(peer);
  } finally {
    await peer.stop();
    await rm(join(folder, 'peer'), { recursive: true, force: true });
  }
}

/** Percent of a core for a camera, over one window. */
async function cpuOf(subject: Subject): Promise<number> {
  const pids = await subject.pids();
  const total = async (): Promise<number> => {
    let ms = 0;
    for (const pid of pids) ms += await cpuMs(pid);
    return ms;
  };
  const before = await total();
  await pause(WINDOW_MS);
  return ((await total()) - before) / (WINDOW_MS / 100) / CAMERAS;
}

/** Descriptors that a gateway has more after all its restarts than after its first start. */
async function leaked(folder: string, yard: Yard): Promise<number> {
  const gateway = await GatewaySubject.start(join(folder, 'restarts'), yard);
  try {
    const before = await gateway.ask({ restart: WARM_UP });
    const after = await gateway.ask({ restart: RESTARTS });
    return Math.max(0, after.descriptors - before.descriptors);
  } finally {
    await gateway.stop();
  }
}

const MB_PER_MIB = 1.048_576;

/** Memory of a process, shared pages in proportion. */
async function proportionalMb(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'latin1');
  return (Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1]) * 1024) / 1e6;
}
