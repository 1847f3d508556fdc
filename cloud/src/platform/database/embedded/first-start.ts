import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../error-code.js';
import { type ClusterFolder, isInitialised, OWN_FOLDER, OWNER_NAME, unusable } from './cluster-folder.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { processState } from './postmaster.js';
import { logSince } from './server-log.js';

const STAGING = /^data\.new-(\d+)-/;

/**
 * Creates the cluster where there is none: in a folder aside, which then takes the place whole, so that a start that is
 * cut off leaves nothing half made and two starts at once end with one cluster.
 */
export async function initialiseOnce(
  cluster: ClusterFolder,
  binaries: PostgresBinaries,
  log: FileHandle,
): Promise<void> {
  if (await isInitialised(cluster.data)) return;
  await removeAbandoned(cluster.root);
  const staging = path.join(cluster.root, `data.new-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    await mkdir(staging, { mode: 0o700 });
    if (cluster.user !== undefined) await chown(staging, cluster.user.uid, cluster.user.gid);
    await initialise(staging, { cluster, binaries, log });
    await rename(staging, cluster.data).catch((error: unknown) => {
      if (!['ENOTEMPTY', 'EEXIST'].includes(errorCode(error) ?? '')) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  const root = await open(cluster.root);
  await root.sync().finally(() => root.close());
}

interface Tools {
  readonly cluster: ClusterFolder;
  readonly binaries: PostgresBinaries;
  readonly log: FileHandle;
}

async function initialise(folder: string, { cluster, binaries, log }: Tools): Promise<void> {
  const password = await passwordFile(cluster);
  const logStart = (await log.stat()).size;
  try {
    const child = spawn(path.join(binaries.folder, 'bin', 'initdb'), initdbArguments(binaries), {
      ...cluster.user,
      cwd: folder,
      env: { LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'ignore', log.fd, password.fd],
    });
    const [status] = (await once(child, 'exit')) as [number | null];
    if (status !== 0) throw unusable(cluster.root, `initdb failed: ${await logSince(cluster.root, logStart)}`);
  } finally {
    await password.close();
  }
}

function initdbArguments({ locale }: PostgresBinaries): readonly string[] {
  return [
    `--pgdata=${OWN_FOLDER}`,
    `--username=${OWNER_NAME}`,
    '--pwfile=/proc/self/fd/3',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    ...locale,
    '--no-instructions',
  ];
}

/** An open file without a name: initdb reads it by its descriptor, nobody else ever can. */
async function passwordFile({ root, user, password }: ClusterFolder): Promise<FileHandle> {
  const name = path.join(root, `initdb-${randomBytes(4).toString('hex')}`);
  const file = await open(name, 'wx+', 0o600);
  await rm(name);
  await file.writeFile(`${password.reveal()}\n`);
  if (user !== undefined) await file.chown(user.uid, user.gid);
  return file;
}

async function removeAbandoned(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const pid = STAGING.exec(name)?.[1];
    if (pid === undefined || (await processState(Number(pid))) === 'running') continue;
    await rm(path.join(root, name), { recursive: true, force: true });
  }
}
