import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { takeDingtalk } from './dingtalk.js';
import { takeFeishu } from './feishu.js';
import { pageOf } from './page.js';
import { type ImMessage, newRobot, type Robot, type RobotSetup, type Verdict, type WallClock } from './robot.js';
import { takeWecom } from './wecom.js';

const MOST_BYTES = 3 * 1024 * 1024;
const MOST_MESSAGES = 200;
const STYLE_ONLY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** Three robots as their owners would have set them up. */
export const sampleRobots: readonly RobotSetup[] = [
  { kind: 'wecom', group: '东门网格群', key: '5f1c2f6e-3c1d-4b53-9a8a-0c3c2d1e7a90' },
  { kind: 'dingtalk', group: '三号楼联防群', key: 'b2d6c7e1f0a94d0c8a7b', secret: 'SEC-this-is-a-sample-secret' },
  { kind: 'feishu', group: '社区民警群', key: '7d9e2c14-0b1f-4a77-8f2d-93f5b1c0d6aa', secret: 'sample-feishu-secret' },
];

export interface MockImOptions {
  readonly clock: WallClock;
  readonly port?: number;
  readonly robots?: readonly RobotSetup[];
}

/**
 * WeCom, DingTalk and Feishu on this machine: robots that check signature, rate and size and answer with the codes of
 * the real ones, and a page on which their cards can be seen.
 */
export class MockIm {
  readonly messages: ImMessage[] = [];
  /** What was not shown, with its code. */
  readonly refusals: { readonly key: string; readonly code: number }[] = [];
  private readonly robots: readonly Robot[];
  private count = 0;

  private constructor(
    private readonly server: Server,
    private readonly clock: WallClock,
    robots: readonly RobotSetup[],
  ) {
    this.robots = robots.map(newRobot);
  }

  static async start({ clock, port = 0, robots = sampleRobots }: MockImOptions): Promise<MockIm> {
    const server = createServer((request, response) => {
      im.answer(request, response).catch(() => response.writeHead(400).end());
    });
    const im = new MockIm(server, clock, robots);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    return im;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  /** As a setting of the cloud names it. */
  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The webhook address that its group shows to the robot's owner. */
  addressOf({ kind, key }: Pick<RobotSetup, 'kind' | 'key'>): string {
    switch (kind) {
      case 'wecom':
        return `${this.url}/cgi-bin/webhook/send?key=${key}`;
      case 'dingtalk':
        return `${this.url}/robot/send?access_token=${key}`;
      case 'feishu':
        return `${this.url}/open-apis/bot/v2/hook/${key}`;
    }
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    if (request.method === 'POST') return json(response, this.take(url, await bodyOf(request)));
    if (url.pathname === '/api/messages') return json(response, this.messages);
    if (url.pathname === '/api/refusals') return json(response, this.refusals);
    if (url.pathname !== '/') return void response.writeHead(404).end();
    const page = pageOf({ robots: this.robots, messages: this.messages, now: this.clock.wall(), url: this.url });
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': STYLE_ONLY })
      .end(page);
  }

  private take(url: URL, body: Buffer): object {
    const kind = kindOf(url.pathname);
    if (kind === undefined) return { errcode: 404, errmsg: 'no such interface' };
    const key = keyOf(kind, url);
    const robot = this.robots.find(({ setup }) => setup.kind === kind && setup.key === key);
    if (!robot) return answerOf(kind, { code: unknown[kind], words: 'the robot does not exist' });
    const now = this.clock.wall();
    const verdict = takers[kind](robot, { url, body, now });
    if ('code' in verdict) this.refusals.push({ key, code: verdict.code });
    else {
      this.count += 1;
      const at = new Date(now).toISOString();
      this.messages.push({
        id: this.count,
        kind,
        group: robot.setup.group,
        key,
        at,
        bytes: body.length,
        ...verdict.shown,
      });
      if (this.messages.length > MOST_MESSAGES) this.messages.shift();
    }
    return answerOf(kind, verdict);
  }
}

const takers = { wecom: takeWecom, dingtalk: takeDingtalk, feishu: takeFeishu } as const;
const unknown = { wecom: 93000, dingtalk: 300001, feishu: 19001 } as const;

function kindOf(path: string): RobotSetup['kind'] | undefined {
  if (path === '/cgi-bin/webhook/send') return 'wecom';
  if (path === '/robot/send') return 'dingtalk';
  return path.startsWith('/open-apis/bot/v2/hook/') ? 'feishu' : undefined;
}

function keyOf(kind: RobotSetup['kind'], { pathname, searchParams }: URL): string {
  if (kind === 'feishu') return pathname.split('/').at(-1) ?? '';
  return searchParams.get(kind === 'wecom' ? 'key' : 'access_token') ?? '';
}

function answerOf(kind: RobotSetup['kind'], verdict: Verdict | { code: number; words: string }): object {
  const { code, words } = 'code' in verdict ? verdict : { code: 0, words: kind === 'feishu' ? 'success' : 'ok' };
  return kind === 'feishu' ? { code, msg: words, data: {} } : { errcode: code, errmsg: words };
}

function json(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += (part as Buffer).length;
    if (bytes > MOST_BYTES) throw new Error('too large');
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts);
}
