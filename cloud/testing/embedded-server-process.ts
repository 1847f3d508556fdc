import { silentLog, SystemClock } from '@angrid/runtime';
import { z } from 'zod';
import { startEmbeddedServer } from '../src/platform/database/embedded/embedded-server.js';
import { usableBinaries } from '../src/platform/database/embedded/postgres-binaries.js';

/** Argument: {folder, copies?, uid?}. Prints {pid, adopted, socketFolder}; SIGTERM stops what this process keeps. */
const { folder, copies, uid } = z
  .object({ folder: z.string(), copies: z.string().optional(), uid: z.number().optional() })
  .parse(JSON.parse(process.argv[2] ?? '{}'));

const user = uid === undefined ? undefined : { uid, gid: uid };
const binaries = copies === undefined ? undefined : await usableBinaries({ user, copyFolders: [copies] });
if (user !== undefined) {
  process.setgroups?.([]);
  process.setgid?.(user.gid);
  process.setuid?.(user.uid);
}
const clock = new SystemClock();
const server = await startEmbeddedServer({
  folder,
  clock,
  log: silentLog,
  ...(binaries === undefined ? {} : { binaries }),
});
const { pid, adopted, socketFolder } = server;
const running = clock.every(60_000, () => undefined);
process.once('SIGTERM', () => {
  running();
  void server.stop();
});
process.stdout.write(`${JSON.stringify({ pid, adopted, socketFolder, uid: process.getuid?.() })}\n`);
