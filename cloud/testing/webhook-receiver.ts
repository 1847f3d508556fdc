import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface ReceivedPush {
  readonly id: string;
  /** False where the signature does not fit. */
  readonly genuine: boolean;
  readonly body: { readonly type: string; readonly data: Record<string, unknown> };
}

/** The receiving end of Standard Webhooks on this machine: verifies, keeps, and answers as it is told. */
export class WebhookReceiver {
  readonly pushes: ReceivedPush[] = [];
  /** Statuses of the next answers; 200 after them. */
  readonly answers: number[] = [];
  private readonly verifier: Webhook;

  private constructor(
    private readonly server: Server,
    readonly secret: string,
  ) {
    this.verifier = new Webhook(secret);
  }

  static async open(secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'): Promise<WebhookReceiver> {
    const server = createServer();
    const receiver = new WebhookReceiver(server, secret);
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        receiver.take(request.headers as Record<string, string>, Buffer.concat(parts).toString('utf8'));
        const status = receiver.answers.shift() ?? 200;
        response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('{"received":true}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/inbox`;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private take(headers: Record<string, string>, text: string): void {
    let genuine: boolean;
    try {
      // The time of the sender is the test's: what is checked here is the signature over it.
      const at = new Date(Number(headers['webhook-timestamp']) * 1000);
      genuine = this.verifier.sign(headers['webhook-id'] ?? '', at, text) === headers['webhook-signature'];
    } catch {
      genuine = false;
    }
    this.pushes.push({ id: headers['webhook-id'] ?? '', genuine, body: JSON.parse(text) as ReceivedPush['body'] });
  }
}
