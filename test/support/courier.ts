import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Item {
  readonly id: string;
  readonly bootepoch: number;
  readonly sequence: number;
  readonly lane: string;
  readonly subject: string;
  readonly data: { readonly dedup?: { readonly key?: string } };
}

const LOOK_MS = 50;

/**
 * Takes a gateway's signed batches out of its spool folder and puts receipts beside them, as the courier of a network
 * without a way out does. What it has carried is what has left the gateway.
 */
export class Courier {
  /** `device key` of each event, with the places in the gateway's numbering at which it was carried. */
  readonly events = new Map<string, Set<string>>();
  private readonly carried = new Set<string>();
  private readonly timer: NodeJS.Timeout;
  private round: Promise<void> = Promise.resolve();

  constructor(private readonly folder: string) {
    this.timer = setInterval(() => (this.round = this.round.then(() => this.carry())), LOOK_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.round;
  }

  private async carry(): Promise<void> {
    const files = await readdir(this.folder).catch((): string[] => []);
    for (const name of files) {
      if (!name.endsWith('.ndjson') || this.carried.has(name)) continue;
      const text = await readFile(join(this.folder, name), 'utf8').catch(() => undefined);
      if (text === undefined) continue;
      this.carried.add(name);
      await this.receipt(name, this.take(text));
    }
  }

  private take(text: string): string[] {
    const [, ...lines] = text.trimEnd().split('\n');
    return lines.map((line) => {
      const { id, subject, data, bootepoch, lane, sequence } = JSON.parse(line) as Item;
      const key = data.dedup?.key;
      if (key !== undefined) {
        const name = `${subject} ${key}`;
        const places = this.events.get(name) ?? new Set();
        this.events.set(name, places.add(`${bootepoch} ${lane} ${sequence}`));
      }
      return id;
    });
  }

  private async receipt(name: string, accepted: readonly string[]): Promise<void> {
    const file = join(this.folder, name.replace(/\.ndjson$/, '.receipt.json'));
    const answer = { accepted, duplicate: [], rejected: [], siteVersion: 1 };
    await writeFile(`${file}.part`, JSON.stringify(answer));
    await rename(`${file}.part`, file);
  }
}
