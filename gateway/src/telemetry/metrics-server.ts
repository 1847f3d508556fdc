import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ListenAddress } from '@angrid/runtime';
import type { Tally } from './tally.js';

export interface Healthz {
  readonly ok: boolean;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** `/metrics` for Prometheus and `/healthz` for whatever restarts the gateway. Nothing of a device or person is in them. */
export class MetricsServer {
  private constructor(
    private readonly server: Server,
    readonly address: ListenAddress,
  ) {}

  static async listen(
    { host, port }: ListenAddress,
    tally: Tally,
    healthz: () => Promise<Healthz>,
  ): Promise<MetricsServer> {
    const server = createServer((request, response) => {
      const answer =
        request.url === '/metrics' ? metrics(tally) : request.url === '/healthz' ? health(healthz) : missing();
      answer.then(
        ({ status, type, text }) => response.writeHead(status, { 'content-type': type }).end(text),
        () => response.writeHead(500).end(),
      );
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    return new MetricsServer(server, { host, port: (server.address() as AddressInfo).port });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

interface Page {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

async function metrics({ registry }: Tally): Promise<Page> {
  return { status: 200, type: registry.contentType, text: await registry.metrics() };
}

async function health(healthz: () => Promise<Healthz>): Promise<Page> {
  const { ok, detail } = await healthz();
  return { status: ok ? 200 : 503, type: 'application/json', text: JSON.stringify({ ok, ...detail }) };
}

function missing(): Promise<Page> {
  return Promise.resolve({ status: 404, type: 'text/plain', text: 'not found\n' });
}
