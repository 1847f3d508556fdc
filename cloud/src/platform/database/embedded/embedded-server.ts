import path from 'node:path';
import type { Clock, Log, Secret } from '@angrid/runtime';
import { removeBlankLock } from './blank-lock.js';
import {
  type ClusterFolder,
  lockFiles,
  OWN_FOLDER,
  openClusterFolder,
  OWNER_NAME,
  requireMajorVersion,
  socketPlace,
  unusable,
} from './cluster-folder.js';
import { initialiseOnce } from './first-start.js';
import { becomeKeeper, isKept } from './keeper.js';
import { knock } from './knock.js';
import { type PostgresBinaries, usableBinaries } from './postgres-binaries.js';
import { disownPostmaster, processState, readPostmaster } from './postmaster.js';
import { openServerLog } from './server-log.js';
import { isServerOf, launch, stopServer } from './server-process.js';
import type { ServerUser } from './server-user.js';

export interface EmbeddedServerOptions {
  /** Everything of this server lives here (see ClusterFolder). */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Who runs the server where this process is root and the data belong to nobody yet; default: `nobody`. */
  readonly user?: ServerUser;
  /** Overrides the search for binaries. */
  readonly binaries?: PostgresBinaries;
  /** Settings of PostgreSQL, over those of this module. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How long a start may take, crash recovery included; default 300 000 ms. */
  readonly startWithinMs?: number;
}

export interface EmbeddedServer {
  readonly pid: number;
  /** The server ran already when this process came. */
  readonly adopted: boolean;
  readonly socketFolder: string;
  readonly owner: { readonly user: string; readonly password: Secret };
  /**
   * Stops the server where this process keeps it (it started the server, or adopted it from a keeper that is dead);
   * with `force` in any case. Waits for the end.
   */
  stop(options?: { readonly force?: boolean }): Promise<void>;
}

/** A start in progress. */
interface Starting {
  readonly cluster: ClusterFolder;
  readonly options: EmbeddedServerOptions;
  /** Monotonic milliseconds. */
  readonly deadline: number;
}

interface Running {
  readonly pid: number;
  readonly adopted: boolean;
  readonly socketFolder: string;
}

const START_WITHIN_MS = 300_000;
const RETRY_MS = 100;
/** Takes the binaries where neither their package nor the cluster's folder can be read by the server user. */
const SHARED_COPIES = '/var/cache/angrid';

/**
 * Starts PostgreSQL on a unix socket, or adopts the server that runs on the folder already: a server outlives a killed
 * parent. Throws `database.unavailable` with the cause, and `database.unsupported` where another major version of
 * PostgreSQL wrote the data.
 */
export async function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const cluster = await openClusterFolder(options.folder, options.user);
  const deadline = options.clock.monotonic() + (options.startWithinMs ?? START_WITHIN_MS);
  const running = await bringUp({ cluster, options, deadline });
  const keeps = !running.adopted || !(await isKept(cluster.root));
  if (keeps) await becomeKeeper(cluster.root);
  options.log.info(
    { pid: running.pid, adopted: running.adopted, folder: cluster.root },
    'embedded PostgreSQL is ready',
  );
  return {
    ...running,
    owner: { user: OWNER_NAME, password: cluster.password },
    stop: async ({ force = false } = {}) => {
      if (keeps || force) await stopServer(running.pid, cluster, options.clock);
    },
  };
}

async function bringUp(starting: Starting): Promise<Running> {
  const { clock } = starting.options;
  while (clock.monotonic() < starting.deadline) {
    const running = (await adopt(starting)) ?? (await startNew(starting));
    if (running !== undefined) return running;
    await removeBlankLocks(starting);
    await clock.sleep(RETRY_MS);
  }
  throw unusable(starting.cluster.root, 'the server was not ready in time: see server.log in the folder');
}

async function removeBlankLocks({ cluster, options }: Starting): Promise<void> {
  const socket = await socketPlace(cluster);
  for (const file of lockFiles(cluster, socket)) await removeBlankLock(file, options.clock);
}

/** The server that postmaster.pid names; undefined where none runs or it is going down. */
async function adopt({ cluster, options, deadline }: Starting): Promise<Running | undefined> {
  const postmaster = await readPostmaster(cluster.data);
  if (postmaster === undefined || postmaster.socketFolder === '') return undefined;
  const socketFolder = postmaster.socketFolder === OWN_FOLDER ? cluster.data : postmaster.socketFolder;

  while (await isServerOf(cluster, postmaster.pid)) {
    if ((await knock(socketFolder, cluster)) === 'ready') return { pid: postmaster.pid, adopted: true, socketFolder };
    if (options.clock.monotonic() > deadline) return undefined;
    await options.clock.sleep(RETRY_MS);
  }
  const answer = await knock(socketFolder, cluster);
  if ((await readPostmaster(cluster.data))?.pid !== postmaster.pid) return undefined;
  if (answer !== 'nobody') {
    throw unusable(cluster.root, 'a server outside the sight of this process (another container?) uses the folder');
  }
  // PostgreSQL itself removes the file of a process that is gone; racing it would disown a server that just started.
  if ((await processState(postmaster.pid)) !== 'gone') await disownPostmaster(cluster.data, postmaster.pid);
  return undefined;
}

/** Undefined where another process was faster. */
async function startNew(starting: Starting): Promise<Running | undefined> {
  const { cluster, options } = starting;
  const binaries =
    options.binaries ?? (await usableBinaries({ user: cluster.user, copyFolders: [cluster.root, SHARED_COPIES] }));
  const log = await openServerLog(cluster.root);
  try {
    await initialiseOnce(cluster, binaries, log);
    await requireMajorVersion(cluster.data, binaries.version);
    const socket = await socketPlace(cluster);
    const program = path.join(binaries.folder, 'bin', 'postgres');
    const { clock, settings } = options;
    const pid = await launch({ cluster, clock, settings, deadline: starting.deadline, program, socket, log });
    return pid === undefined ? undefined : { pid, adopted: false, socketFolder: socket.client };
  } finally {
    await log.close();
  }
}
