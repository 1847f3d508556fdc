import { issueCa, issueServer } from '@angrid/runtime/certificates/issue';

const DAY_MS = 86_400_000;

/** Counts by `name` and `name label`; tests wait for a count instead of a time. */
export class TestCounters {
  private readonly counts = new Map<string, number>();
  private readonly watchers = new Set<() => void>();

  count(name: string, labels?: Readonly<Record<string, string>>): void {
    const key = labels ? `${name} ${Object.values(labels).join(' ')}` : name;
    this.counts.set(key, this.of(key) + 1);
    for (const watcher of this.watchers) watcher();
  }

  of(key: string): number {
    return this.counts.get(key) ?? 0;
  }

  /** Over all values of its label. */
  total(name: string): number {
    let total = 0;
    for (const [key, count] of this.counts) if (key.startsWith(`${name} `)) total += count;
    return total;
  }

  get all(): string {
    return JSON.stringify([...this.counts]);
  }

  /** Resolves when the count has reached `least`. */
  reached(key: string, least = 1): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (this.of(key) < least) return;
        this.watchers.delete(check);
        resolve();
      };
      this.watchers.add(check);
      check();
    });
  }
}

export interface TestTls {
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
}

let material: Promise<TestTls> | undefined;

/** A certificate for this machine, and the CA that signed it; made once. */
export function tlsMaterial(): Promise<TestTls> {
  material ??= makeTls();
  return material;
}

async function makeTls(): Promise<TestTls> {
  const now = new Date().getTime();
  const validity = { from: new Date(now - DAY_MS), to: new Date(now + DAY_MS) };
  const ca = await issueCa('test CA', validity);
  const names = [{ type: 'ip', value: '127.0.0.1' } as const, { type: 'dns', value: 'localhost' } as const];
  const server = await issueServer(ca, { subject: 'AnGrid test', names }, validity);
  return {
    key: server.key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: server.cert.toString(),
    ca: ca.cert.toString(),
  };
}
