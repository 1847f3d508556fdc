import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A line to a server on this machine. What comes over it arrives; answers come back only once the line is let go. */
export class HeldLine {
  /** Bodies that have arrived. */
  readonly arrived: string[] = [];
  private letGo: () => void = () => undefined;
  private readonly free = new Promise<void>((resolve) => (this.letGo = resolve));

  private constructor(
    private readonly server: Server,
    private readonly onward: URL,
  ) {}

  static async to(onward: URL): Promise<HeldLine> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        line.pass(request.url ?? '/', Buffer.concat(parts)).then(
          (answer) => response.end(answer),
          () => response.destroy(),
        );
      });
    });
    const line = new HeldLine(server, onward);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  release(): void {
    this.letGo();
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async pass(path: string, body: Buffer): Promise<string> {
    const response = await fetch(new URL(path, this.onward), { method: 'POST', body });
    const answer = await response.text();
    this.arrived.push(body.toString('utf8'));
    await this.free;
    return answer;
  }
}
