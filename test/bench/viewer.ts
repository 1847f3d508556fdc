import { type CloudProgram, newPassword } from '../support/cloud-program.js';
import { ConsoleClient } from '../support/console-client.js';

export interface Duty {
  readonly role: 'auditor' | 'property-manager' | 'police' | 'grid-member';
  readonly compounds?: readonly string[];
  readonly unitPaths?: readonly string[];
}

/** A console of a new account, signed in. */
export async function newConsole({ administrator, url }: CloudProgram, duty: Duty): Promise<ConsoleClient> {
  const account = { login: `viewer-${newPassword().toLowerCase()}`, label: 'Viewer', ...duty };
  const { link } = await administrator.post<{ readonly link: string }>('/api/accounts', account);
  const client = new ConsoleClient(url);
  await client.setUp(link, newPassword());
  return client;
}

/** A console that watches the live feed; tells each message with the moment of its arrival. */
export class Viewer {
  private readonly leaving = new AbortController();

  private constructor() {}

  /** Resolves once the stream has greeted. */
  static async watch(client: ConsoleClient, onMessage: (data: string, at: number) => void): Promise<Viewer> {
    const viewer = new Viewer();
    const response = await client.call('GET', '/api/feed', undefined, viewer.leaving.signal);
    if (!response.ok || !response.body) throw new Error(`the feed answers ${response.status}`);
    await new Promise<void>((greeted, reject) => {
      viewer.read(response.body as ReadableStream<Uint8Array>, greeted, onMessage).catch(reject);
    });
    return viewer;
  }

  leave(): void {
    this.leaving.abort();
  }

  private async read(
    body: ReadableStream<Uint8Array>,
    greeted: () => void,
    onMessage: (data: string, at: number) => void,
  ): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for await (const bytes of body) {
        const at = performance.now();
        const messages = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
        rest = messages.pop() ?? '';
        for (const message of messages) {
          if (message.includes('event: hello')) greeted();
          const data = message.split('\n').find((line) => line.startsWith('data: '));
          if (data !== undefined) onMessage(data.slice('data: '.length), at);
        }
      }
    } catch (error) {
      if (!this.leaving.signal.aborted) throw error;
    }
  }
}
