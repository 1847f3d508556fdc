import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { Clock } from '@angrid/runtime';
import { type ClusterFolder, OWN_FOLDER, type SocketPlace, unusable } from './cluster-folder.js';
import { knock } from './knock.js';
import { hasArgument, processState, readPostmaster } from './postmaster.js';
import { logSince } from './server-log.js';

export interface Launch {
  readonly cluster: ClusterFolder;
  readonly clock: Clock;
  /** Monotonic milliseconds. */
  readonly deadline: number;
  readonly settings: Readonly<Record<string, string>> | undefined;
  readonly program: string;
  readonly socket: SocketPlace;
  readonly log: FileHandle;
}

const LOOK_EVERY_MS = 20;
const STOP_WITHIN_MS = 30_000;
const CONTENDED = /lock file "[^"]*" (already exists|is empty)|pre-existing shared memory block/;

const defaultSettings: Readonly<Record<string, string>> = {
  listen_addresses: '',
  max_connections: '60',
  shared_buffers: '128MB',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  password_encryption: 'scram-sha-256',
  jit: 'off',
  // A plan that is kept was made for the table as it was: until its first statistics, for an empty one.
  autovacuum_naptime: '10s',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // Neither statements nor the values of rows go to the log.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
};

/**
 * Starts the server as a process group of its own, so that neither Ctrl-C nor the death of this process reaches it.
 * Its process number once it takes connections; undefined where another server holds the data folder.
 */
export async function launch(request: Launch): Promise<number | undefined> {
  const { cluster, clock, socket, log } = request;
  const logStart = (await log.stat()).size;
  const child = spawn(request.program, serverArguments(request), {
    ...cluster.user,
    cwd: cluster.data,
    env: { LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', log.fd, log.fd],
    detached: true,
  });
  child.unref();
  const ending = endingOf(child);

  while (ending.reason === undefined) {
    const isReady = (await knock(socket.client, cluster)) === 'ready';
    if (isReady && (await readPostmaster(cluster.data))?.pid === child.pid) return child.pid;
    if (clock.monotonic() > request.deadline) {
      child.kill('SIGQUIT');
      throw unusable(cluster.root, 'the server was not ready in time: see server.log in the folder');
    }
    await clock.sleep(LOOK_EVERY_MS);
  }
  const said = await logSince(cluster.root, logStart);
  if (CONTENDED.test(said)) return undefined;
  throw unusable(cluster.root, `the server ended with ${ending.reason}: ${said}`);
}

/** Whether the process runs and is the server of this cluster, not a stranger with a number used again. */
export async function isServerOf(cluster: ClusterFolder, pid: number): Promise<boolean> {
  return (await processState(pid)) === 'running' && hasArgument(pid, clusterName(cluster));
}

/** Ends the server in good order (connections are cut, data are flushed), hard where that takes more than 30 s. */
export async function stopServer(pid: number, cluster: ClusterFolder, clock: Clock): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    const deadline = clock.monotonic() + STOP_WITHIN_MS;
    if (await isServerOf(cluster, pid)) process.kill(pid, signal);
    while (clock.monotonic() < deadline) {
      if (!(await isServerOf(cluster, pid))) return;
      await clock.sleep(LOOK_EVERY_MS);
    }
  }
  throw unusable(cluster.root, `the server (process ${pid}) does not stop`);
}

function serverArguments({ cluster, settings: extra, socket }: Launch): readonly string[] {
  const settings = { ...defaultSettings, ...extra, unix_socket_directories: socket.server };
  const listed = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', OWN_FOLDER, '-c', clusterName(cluster), ...listed];
}

/** Marks the process, also in the listing of the system. */
function clusterName(cluster: ClusterFolder): string {
  return `cluster_name=angrid-${createHash('sha256').update(cluster.data).digest('hex').slice(0, 12)}`;
}

function endingOf(child: ChildProcess): { readonly reason: string | undefined } {
  const ending: { reason: string | undefined } = { reason: undefined };
  child.once('error', (error) => (ending.reason = error.message));
  child.once('exit', (status, signal) => (ending.reason ??= signal ?? `status ${status}`));
  return ending;
}
