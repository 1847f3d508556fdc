import { createHash, randomBytes } from 'node:crypto';
import { chmod, chown, link, lstat, mkdir, open, readFile, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AnGridError } from '@angrid/contract';
import { Secret } from '@angrid/runtime';
import { errorCode } from '../error-code.js';
import { type ServerUser, serverUser } from './server-user.js';

/**
 * One folder holds a cluster and all that belongs to it:
 *
 *     data/              the data folder of PostgreSQL and its socket, 0700, of the server user
 *     owner.password     0600, of the user of this process
 *     keeper             which process answers for stopping the server
 *     server.log         what the server says, with server.log.1 before it
 *     postgresql-V-A/    a copy of the binaries, only where the installed ones cannot be read by the server user
 */
export interface ClusterFolder {
  readonly root: string;
  readonly data: string;
  readonly user: ServerUser | undefined;
  readonly password: Secret;
}

export interface SocketPlace {
  /** As a client of this process reaches it. */
  readonly client: string;
  /** As the server names it. */
  readonly server: string;
}

/** The superuser of the cluster. */
export const OWNER_NAME = 'angrid_owner';

/**
 * The data folder as the server names it: by its working directory, so that no folder above needs to be open to the
 * server user (a checkout in a home folder with mode 0700, run as root).
 */
export const OWN_FOLDER = '/proc/self/cwd';

const SOCKET_NAME = '.s.PGSQL.5432';
const SOCKET_PATH_BYTES = 107;

/** Makes the folder where it is missing. Throws `database.unavailable` where it cannot be used. */
export async function openClusterFolder(folder: string, preferred?: ServerUser): Promise<ClusterFolder> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const root = await realpath(folder);
    const data = path.join(root, 'data');
    const user = await serverUser(data, preferred);
    if (user !== undefined && (await stat(root)).uid !== user.uid) await chmod(root, 0o711);
    return { root, data, user, password: await ownerPassword(root, await isInitialised(data)) };
  } catch (cause) {
    if (cause instanceof AnGridError) throw cause;
    throw unusable(folder, 'the folder cannot be used', cause);
  }
}

export async function isInitialised(data: string): Promise<boolean> {
  return (await majorVersionOf(data)) !== undefined;
}

/** The major version that wrote the data; undefined before the first start. */
export async function majorVersionOf(data: string): Promise<string | undefined> {
  try {
    return (await readFile(path.join(data, 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** A socket path holds 107 bytes at most: a longer one moves to a short folder of its own. */
export async function socketPlace({ data, user }: ClusterFolder): Promise<SocketPlace> {
  if (Buffer.byteLength(path.join(data, SOCKET_NAME)) <= SOCKET_PATH_BYTES) return { client: data, server: OWN_FOLDER };
  const short = path.join(tmpdir(), `angrid-${createHash('sha256').update(data).digest('hex').slice(0, 16)}`);
  await mkdir(short, { mode: 0o700 }).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error;
  });
  const { uid, mode, isDirectory } = await folderFacts(short);
  const owner = user?.uid ?? process.getuid?.();
  if (!isDirectory || (mode & 0o077) !== 0 || ![owner, process.getuid?.()].includes(uid)) {
    throw unusable(short, 'the folder of the socket belongs to somebody else');
  }
  if (user !== undefined) await chown(short, user.uid, user.gid);
  return { client: short, server: short };
}

/** Throws `database.unsupported` where the data were written by another major version than that of `binaries`. */
export async function requireMajorVersion(data: string, binaries: string): Promise<void> {
  const written = await majorVersionOf(data);
  if (written === binaries.split('.')[0]) return;
  throw new AnGridError('database.unsupported', {
    op: 'database.start',
    subject: data,
    detail: `the data were written by PostgreSQL ${written}, the program has ${binaries}`,
  });
}

/** With these a server keeps others from its data and from its socket. */
export function lockFiles({ data }: ClusterFolder, socket: SocketPlace): readonly string[] {
  return [path.join(data, 'postmaster.pid'), path.join(socket.client, `${SOCKET_NAME}.lock`)];
}

export function unusable(subject: string, detail: string, cause?: unknown): AnGridError {
  return new AnGridError('database.unavailable', { op: 'database.start', subject, detail, cause });
}

async function folderFacts(folder: string): Promise<{ uid: number; mode: number; isDirectory: boolean }> {
  const stat = await lstat(folder);
  return { uid: stat.uid, mode: stat.mode, isDirectory: stat.isDirectory() };
}

/** Written once, whole, before the data exist; two processes that start together agree on one. */
async function ownerPassword(root: string, dataExist: boolean): Promise<Secret> {
  const file = path.join(root, 'owner.password');
  const known = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error;
    if (dataExist)
      throw unusable(file, 'the data exist but their password file is missing: restore it from the backup');
    return undefined;
  });
  if (known !== undefined) return new Secret(known.trim());

  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${randomBytes(32).toString('hex')}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await link(draft, file).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error;
  });
  await rm(draft, { force: true });
  return new Secret((await readFile(file, 'utf8')).trim());
}
