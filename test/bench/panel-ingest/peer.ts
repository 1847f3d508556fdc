import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../../support/free-port.js';
import { until } from '../../support/until.js';

/** Where the peer's packages and its flow are. */
const HOME = fileURLToPath(
  new URL(import.meta.url.includes('/test/dist/') ? '../../../bench/panel-ingest/peer/' : './peer/', import.meta.url),
);

/** Node-RED between two topics of Mosquitto: what an integrator would put together in an afternoon. */
export class Peer {
  private constructor(
    readonly port: number,
    readonly versions: string,
    private readonly broker: ChildProcess,
    private readonly flows: ChildProcess,
  ) {}

  static async start(folder: string): Promise<Peer> {
    await promisify(execFile)('npm', ['ci', '--prefix', HOME, '--omit=optional', '--loglevel=error']);
    const port = await freePort();
    const broker = await startMosquitto(folder, port);
    await cp(join(HOME, 'settings.cjs'), join(folder, 'settings.cjs'));
    const map = JSON.stringify(await readFile(join(HOME, 'map.js'), 'utf8'));
    const flow = await readFile(join(HOME, 'flow.json'), 'utf8');
    await writeFile(
      join(folder, 'flow.json'),
      flow.replace('"PORT"', `"${port}"`).replace('"FUNC"', () => map),
    );
    const flows = await startNodeRed(folder, await freePort());
    return new Peer(port, await versionsOf(), broker, flows);
  }

  get pids(): number[] {
    return [this.broker.pid ?? 0, this.flows.pid ?? 0];
  }

  stop(): void {
    this.flows.kill();
    this.broker.kill();
  }
}

async function startMosquitto(folder: string, port: number): Promise<ChildProcess> {
  const file = join(folder, 'mosquitto.conf');
  const lines = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'set_tcp_nodelay true', 'persistence false'];
  await writeFile(file, `${lines.join('\n')}\nmax_queued_messages 0\nlog_type error\n`);
  const broker = spawn('mosquitto', ['-c', file], { stdio: 'ignore' });
  const failed = new Promise<never>((_, reject) =>
    broker.once('error', (cause) =>
      reject(new Error('no Mosquitto: apt-get install -y --no-install-recommends mosquitto', { cause })),
    ),
  );
  await Promise.race([until('Mosquitto listens', () => answers(port), 10_000), failed]);
  return broker;
}

function answers(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', () => resolve(undefined));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

async function startNodeRed(folder: string, port: number): Promise<ChildProcess> {
  const program = join(HOME, 'node_modules/node-red/red.js');
  const args = [program, '--userDir', folder, '--settings', join(folder, 'settings.cjs'), '--port', String(port)];
  const flows = spawn(process.execPath, [...args, join(folder, 'flow.json')], { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    flows.stdout.on('data', (part: Buffer) => {
      said = (said + part.toString('utf8')).slice(-20_000);
      if (said.includes('Connected to broker')) resolve();
    });
    flows.once('exit', (code) => reject(new Error(`Node-RED ended with ${code}:\n${said}`)));
  });
  return flows;
}

async function versionsOf(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(HOME, 'node_modules/node-red/package.json'), 'utf8')) as {
    readonly version: string;
  };
  const { stdout } = await promisify(execFile)('mosquitto', ['-h']).catch((error: { stdout: string }) => error);
  return `Node-RED ${version} on Node ${process.versions.node}, ${stdout.split('\n', 1)[0] ?? 'mosquitto'}`;
}
