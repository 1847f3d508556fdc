import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface StartedServer {
  readonly url: URL;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 15_000;

/** Debian's InfluxDB 1.x on a folder of its own. */
export async function startInfluxDb(): Promise<StartedServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'angrid-influx-'));
  const [http, rpc] = [await freePort(), await freePort()];
  const file = path.join(folder, 'influxdb.conf');
  await writeFile(
    file,
    `reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
dir = "${folder}/meta"
[data]
dir = "${folder}/data"
wal-dir = "${folder}/wal"
query-log-enabled = false
[http]
bind-address = "127.0.0.1:${http}"
log-enabled = false
[monitor]
store-enabled = false
[logging]
level = "error"
`,
  );
  return started({ command: 'influxd', args: ['-config', file], folder, port: http, health: '/ping' });
}

/** Debian's VictoriaMetrics on a folder of its own. */
export async function startVictoriaMetrics(): Promise<StartedServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'angrid-victoria-'));
  const port = await freePort();
  const args = [
    `-storageDataPath=${folder}`,
    `-httpListenAddr=127.0.0.1:${port}`,
    '-retentionPeriod=12',
    '-influx.databaseNames=telemetry',
    '-memory.allowedPercent=5',
  ];
  return started({ command: 'victoria-metrics', args, folder, port, health: '/health' });
}

interface Start {
  readonly command: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly port: number;
  readonly health: string;
}

async function started({ command, args, folder, port, health }: Start): Promise<StartedServer> {
  const child = spawn(command, args, { stdio: 'ignore' });
  const url = new URL(`http://127.0.0.1:${port}`);
  const stop = async (): Promise<void> => {
    await ended(child);
    await rm(folder, { recursive: true, force: true });
  };
  const end = performance.now() + READY_WITHIN_MS;
  while (performance.now() < end) {
    const answer = await fetch(new URL(health, url)).catch(() => undefined);
    if (answer?.ok) return { url, stop };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await stop();
  throw new Error(`${command} was not ready within ${READY_WITHIN_MS} ms`);
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill();
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
