import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A chat robot on this machine: keeps what it is told, and answers with a code. */
export class ChatRobot {
  /** The markdown of each message. */
  readonly said: string[] = [];
  /** Codes of the next answers; 0 after them. */
  readonly codes: number[] = [];

  private constructor(private readonly server: Server) {}

  static async open(): Promise<ChatRobot> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { markdown } = JSON.parse(Buffer.concat(parts).toString('utf8')) as { markdown: { content: string } };
        robot.said.push(markdown.content);
        response.end(JSON.stringify({ errcode: robot.codes.shift() ?? 0, errmsg: '' }));
      });
    });
    const robot = new ChatRobot(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return robot;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get address(): string {
    return `http://${this.host}/cgi-bin/webhook/send?key=4711-CANARY`;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
