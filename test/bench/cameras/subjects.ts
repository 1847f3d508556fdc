import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SystemClock } from '@angrid/runtime';
import type { GatewayAnswer, GatewayOrder } from './gateway-process.js';

const clock = new SystemClock();

/** Where the streams of all cameras are, and how one logs in. */
export interface Yard {
  readonly cameras: number;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** Something that takes the streams of all cameras until it is stopped. */
export interface Subject {
  /** The processes whose time counts. */
  pids(): Promise<readonly number[]>;
  stop(): Promise<void>;
}

/** As its service file starts it; deploy/gateway. */
const NODE = ['--max-semi-space-size=4', '--no-parallel-scavenge'];
/** How far back the rings of the peers reach, as that of the gateway does. */
const KEPT_SECONDS = 30;

export function mainPath(camera: number): string {
  return `/camera${camera}/main`;
}

export function subPath(camera: number): string {
  return `/camera${camera}/sub`;
}

/** The media side of a gateway in a process of its own. */
export class GatewaySubject implements Subject {
  private constructor(private readonly child: ChildProcess) {}

  static async start(folder: string, yard: Yard): Promise<GatewaySubject> {
    const file = fileURLToPath(new URL('gateway-process.js', import.meta.url));
    const child = fork(file, [folder, JSON.stringify(yard)], { execArgv: NODE });
    await once(child, 'message');
    return new GatewaySubject(child);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async ask(order: GatewayOrder): Promise<GatewayAnswer> {
    this.child.send(order);
    const [answer] = (await once(this.child, 'message')) as [GatewayAnswer];
    return answer;
  }

  async pids(): Promise<readonly number[]> {
    return [this.pid, ...(await childrenOf(this.pid))];
  }

  async stop(): Promise<void> {
    this.child.disconnect();
    await ended(this.child);
  }
}

/** One ffmpeg a camera that copies the main stream into a ring, and nothing else. */
export async function startCopies(folder: string, yard: Yard): Promise<Subject> {
  const { user, password, port, cameras } = yard;
  const children: ChildProcess[] = [];
  for (let camera = 0; camera < cameras; camera += 1) {
    const cwd = join(folder, `copy${camera}`);
    await mkdir(cwd, { recursive: true });
    const input = ['-rtsp_transport', 'tcp', '-allowed_media_types', 'video', '-use_wallclock_as_timestamps', '1'];
    const probe = ['-fpsprobesize', '0', '-analyzeduration', '0'];
    const url = `rtsp://${user}:${password}@127.0.0.1:${port}${mainPath(camera)}`;
    const ring = ['-f', 'segment', '-segment_time', '2', '-segment_wrap', String(KEPT_SECONDS / 2), 'ring%02d.ts'];
    const args = ['-v', 'error', '-nostdin', ...input, ...probe, '-i', url, '-c', 'copy', '-an', '-copyts', ...ring];
    children.push(spawn('ffmpeg', args, { cwd, stdio: 'ignore' }));
  }
  return ofChildren(children);
}

/**
 * Debian's motion for the like job: it detects in the substream and passes the main stream on into files, unchanged.
 * What it has written is deleted after a ring's time.
 */
export async function startMotion(folder: string, yard: Yard): Promise<Subject> {
  const movies = join(folder, 'movies');
  await mkdir(movies, { recursive: true });
  const files: string[] = [];
  for (let camera = 0; camera < yard.cameras; camera += 1) {
    const file = join(folder, `camera${camera}.conf`);
    await writeFile(file, motionCamera(camera, yard, movies));
    files.push(file);
  }
  const config = join(folder, 'motion.conf');
  await writeFile(config, [...MOTION, ...files.map((file) => `camera ${file}`), ''].join('\n'));
  const child = spawn('motion', ['-n', '-c', config], { stdio: 'ignore' });
  const sweep = setInterval(() => void sweepFolder(movies), 5000);
  const { pids, stop } = ofChildren([child]);
  return {
    pids,
    stop: async () => {
      clearInterval(sweep);
      await stop();
    },
  };
}

const MOTION = [
  ...['daemon off', 'setup_mode off', 'log_level 3', 'webcontrol_port 0', 'stream_port 0'],
  ...['picture_output off', 'movie_output on', 'movie_passthrough on', 'movie_max_time 20', 'event_gap 60'],
];

function motionCamera(camera: number, { port, user, password }: Yard, movies: string): string {
  return [
    `camera_id ${camera + 1}`,
    `netcam_url rtsp://127.0.0.1:${port}${subPath(camera)}`,
    `netcam_high_url rtsp://127.0.0.1:${port}${mainPath(camera)}`,
    `netcam_userpass ${user}:${password}`,
    ...['width 640', 'height 360', 'framerate 15', 'threshold 1500'],
    `target_dir ${movies}`,
    `movie_filename ${camera}-%Y%m%d%H%M%S`,
    '',
  ].join('\n');
}

async function sweepFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const file = join(folder, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Infinity }));
    if (clock.wall() - mtimeMs > KEPT_SECONDS * 1000) await rm(file, { force: true });
  }
}

function ofChildren(children: readonly ChildProcess[]): Subject {
  return {
    pids: async () => children.flatMap(({ pid }) => pid ?? []),
    stop: async () => {
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(children.map(ended));
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

async function childrenOf(parent: number): Promise<number[]> {
  const text = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8');
  return text.trim().split(' ').filter(Boolean).map(Number);
}
