import { Agent, request } from 'node:http';
import { gatewayPaths } from '@angrid/contract';
import type { Post } from './load.js';

export interface Sent {
  readonly alerts: number;
  readonly seconds: number;
}

/** Posts everything over `connections` connections; the batches of one gateway in their order, as it would send them. */
export async function send(base: string, posts: readonly Post[], connections: number): Promise<Sent> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const queue = new GatewayQueue(posts);
  const started = performance.now();
  const work = async (): Promise<void> => {
    for (let post = queue.take(); post !== undefined; post = queue.take()) {
      await postBatch(base, agent, post);
      queue.done(post);
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  return { alerts: posts.reduce((sum, { alerts }) => sum + alerts.length, 0), seconds };
}

/** Hands out posts, never two of one gateway at a time. There are always more gateways than connections. */
class GatewayQueue {
  private readonly waiting: Post[];
  private readonly busy = new Set<number>();

  constructor(posts: readonly Post[]) {
    this.waiting = [...posts].reverse();
  }

  take(): Post | undefined {
    const at = this.waiting.findLastIndex(({ gateway }) => !this.busy.has(gateway));
    const [post] = at === -1 ? [] : this.waiting.splice(at, 1);
    if (post) this.busy.add(post.gateway);
    return post;
  }

  done({ gateway }: Post): void {
    this.busy.delete(gateway);
  }
}

function postBatch(base: string, agent: Agent, { token, body, alerts }: Post): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(`${base}${gatewayPaths.batches}`, {
      method: 'POST',
      agent,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/x-ndjson',
        'content-encoding': 'gzip',
        'content-length': body.length,
      },
    });
    call.setNoDelay(true);
    call.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        if (response.statusCode !== 200) return reject(new Error(`${response.statusCode}: ${text.slice(0, 300)}`));
        const answer = JSON.parse(text) as { accepted: string[]; duplicate: string[]; rejected: unknown[] };
        const taken = answer.accepted.length + answer.duplicate.length;
        if (taken === alerts.length && answer.rejected.length === 0) return resolve();
        return reject(
          new Error(`${taken} of ${alerts.length} taken: ${JSON.stringify(answer.rejected).slice(0, 300)}`),
        );
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}
