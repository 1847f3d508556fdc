import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.js';
import { until } from './until.js';
import { type WireAccess, WirePanel } from './wire-panel.js';

const run = promisify(execFile);
const BINARY = '/usr/sbin/mosquitto';
const GATEWAY = 'gateway';
const PASSWORD = 'only-for-a-test';

/** A Mosquitto of a test's own: accounts, rights and persistence in a folder, on a port that was free. */
export class Mosquitto {
  private child: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    readonly port: number,
  ) {}

  /** Panels may publish as themselves, the gateway reads and writes all. */
  static async start(folder: string, panels: readonly string[]): Promise<Mosquitto> {
    await mkdir(folder, { recursive: true });
    const mosquitto = new Mosquitto(folder, await freePort());
    const accounts = join(folder, 'accounts');
    await writeFile(accounts, [GATEWAY, ...panels].map((user) => `${user}:${PASSWORD}\n`).join(''), { mode: 0o600 });
    await run('mosquitto_passwd', ['-U', accounts]);
    await writeFile(join(folder, 'rights'), RIGHTS, { mode: 0o600 });
    await writeFile(join(folder, 'mosquitto.conf'), configuration(folder, mosquitto.port));
    await mosquitto.again();
    return mosquitto;
  }

  access(user: string): WireAccess {
    return { host: '127.0.0.1', port: this.port, user, password: PASSWORD };
  }

  /** Settings of a gateway that uses it. */
  get environment(): Readonly<Record<string, string>> {
    return {
      ANGRID_GATEWAY_MQTT_EXTERNAL_URL: `mqtt://127.0.0.1:${this.port}`,
      ANGRID_GATEWAY_MQTT_EXTERNAL_USER: GATEWAY,
      ANGRID_GATEWAY_MQTT_EXTERNAL_PASSWORD: 'env:BROKER_PASSWORD',
      BROKER_PASSWORD: PASSWORD,
    };
  }

  /** Starts it on what it has kept. Resolves when it takes connections. */
  async again(): Promise<void> {
    const child = spawn(BINARY, ['-c', join(this.folder, 'mosquitto.conf')], { stdio: 'ignore' });
    this.child = child;
    process.once('exit', () => child.kill('SIGKILL'));
    await until('Mosquitto takes connections', async () => {
      const panel = await WirePanel.connect(this.access(GATEWAY));
      panel.leave();
      return true;
    });
  }

  /** Ends it in good order: it writes down what it still owes. */
  async stop(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
}

const RIGHTS = `user ${GATEWAY}
topic readwrite #

pattern write angrid/v1/%u/#
pattern write mqtt/face/%u/#
`;

function configuration(folder: string, port: number): string {
  return `listener ${port} 127.0.0.1
user ${userInfo().username}
allow_anonymous false
password_file ${join(folder, 'accounts')}
acl_file ${join(folder, 'rights')}
persistence true
persistence_location ${folder}/
max_queued_messages 0
set_tcp_nodelay true
log_dest none
`;
}
