import { type CommandResult, commandResultSchema } from '@angrid/contract';
import { sha256 } from '@angrid/contract/signing';
import type { Outbox, StateWrite } from '../outbox/outbox.js';

const PREFIX = 'command/';
/** Results that are kept; the outbox itself knows for 30 days which ids it has seen. */
const KEPT = 200;

/** Which commands were carried out, and with what result, over restarts. */
export class CommandLedger {
  private readonly results = new Map<string, CommandResult | undefined>();

  constructor(private readonly outbox: Pick<Outbox, 'append' | 'keep' | 'states'>) {}

  async load(): Promise<void> {
    for (const [key, json] of await this.outbox.states(PREFIX)) {
      const parsed = commandResultSchema.safeParse(JSON.parse(json));
      this.results.set(key.slice(PREFIX.length), parsed.success ? parsed.data : undefined);
    }
  }

  /** True for one caller, ever: durable before anything of the command is done. */
  async claim(id: string): Promise<boolean> {
    const states = [...this.forgotten(), { key: PREFIX + id, json: 'null' }];
    const answer = await this.outbox.append({ event: sha256(`angrid/command/${id}`), drafts: [], states });
    if (answer === 'stored') this.results.set(id, undefined);
    return answer === 'stored';
  }

  async finish(result: CommandResult): Promise<void> {
    this.results.set(result.id, result);
    await this.outbox.keep([{ key: PREFIX + result.id, json: JSON.stringify(result) }]);
  }

  /** The result of a command that was claimed before; undefined where its run did not end. */
  resultOf(id: string): CommandResult | undefined {
    return this.results.get(id);
  }

  private forgotten(): StateWrite[] {
    const writes: StateWrite[] = [];
    for (const id of this.results.keys()) {
      if (this.results.size < KEPT) break;
      this.results.delete(id);
      writes.push({ key: PREFIX + id, json: null });
    }
    return writes;
  }
}
