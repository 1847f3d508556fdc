import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface Received {
  readonly id: string;
  readonly body: unknown;
}

/** The four platforms' inbox: takes pushes that are signed as Standard Webhooks says, and refuses all others. */
export class PlatformsInbox {
  readonly received: Received[] = [];
  refused = 0;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(secret: string): Promise<PlatformsInbox> {
    const webhook = new Webhook(secret);
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        try {
          const headers = Object.fromEntries(
            Object.entries(request.headers).map(([key, value]) => [key, String(value)]),
          );
          inbox.received.push({ id: headers['webhook-id'] ?? '', body: webhook.verify(text, headers) });
          response.writeHead(204).end();
        } catch {
          inbox.refused += 1;
          response.writeHead(401).end();
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const inbox = new PlatformsInbox(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/inbox`);
    return inbox;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
