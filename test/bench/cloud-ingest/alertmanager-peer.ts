import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import type { UnnumberedAlert } from '../../simulators/fleet/fleet-gateway.js';
import { freePort } from '../../support/free-port.js';
import { until } from '../../support/until.js';
import type { Sent } from './senders.js';

/** Debian's Alertmanager with one receiver that tells nobody. It keeps what it takes in memory only. */
export class AlertmanagerPeer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly base: string,
  ) {}

  static async start(folder: string): Promise<AlertmanagerPeer> {
    await mkdir(folder, { recursive: true });
    const config = join(folder, 'alertmanager.yml');
    await writeFile(config, 'route:\n  receiver: nobody\n  group_by: [alertname]\nreceivers:\n  - name: nobody\n');
    const address = `127.0.0.1:${await freePort()}`;
    const options = [`--config.file=${config}`, `--storage.path=${join(folder, 'data')}`, '--log.level=error'];
    const listen = [`--web.listen-address=${address}`, '--cluster.listen-address='];
    const child = spawn('/usr/bin/prometheus-alertmanager', [...options, ...listen], { stdio: 'ignore' });
    const ready = async () => ((await fetch(`http://${address}/-/ready`)).ok ? true : undefined);
    await until('Alertmanager is ready', ready, 10_000);
    return new AlertmanagerPeer(child, `http://${address}`);
  }

  /** Posts the alerts, `size` a request. */
  async send(alerts: readonly UnnumberedAlert[], size: number, connections: number): Promise<Sent> {
    const agent = new Agent({ keepAlive: true, maxSockets: connections });
    const bodies: Buffer[] = [];
    for (let from = 0; from < alerts.length; from += size) {
      bodies.push(Buffer.from(JSON.stringify(alerts.slice(from, from + size).map(asTheirs))));
    }
    let next = 0;
    const started = performance.now();
    const work = async (): Promise<void> => {
      for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) await this.post(agent, body);
    };
    await Promise.all(Array.from({ length: connections }, work));
    const seconds = (performance.now() - started) / 1000;
    agent.destroy();
    return { alerts: alerts.length, seconds };
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill();
    await ended;
  }

  private post(agent: Agent, body: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': body.length };
      const call = request(`${this.base}/api/v2/alerts`, { method: 'POST', agent, headers });
      call.setNoDelay(true);
      call.on('response', (response) => {
        response.resume();
        response.on('end', () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`Alertmanager: ${response.statusCode}`)),
        );
      });
      call.on('error', reject);
      call.end(body);
    });
  }
}

function asTheirs({ data, source, time }: UnnumberedAlert) {
  const { alert, kind, severity, device, rule } = data;
  return {
    labels: { alertname: kind, alert, device, gateway: source, severity: String(severity), rule },
    annotations: { summary: `${kind} at ${device}` },
    startsAt: time,
  };
}
