/** Remembers over a restart what the session at the broker is subscribed to. */
export interface SubscriptionMemory {
  load(): Promise<readonly string[]>;
  save(filters: readonly string[]): Promise<void>;
}

/** The part of a connection that subscriptions need. */
export interface Subscriber {
  subscribe(filters: readonly string[]): Promise<readonly string[]>;
  unsubscribe(filters: readonly string[]): Promise<void>;
}

export interface SubscriptionsOptions {
  readonly group: string | undefined;
  readonly filtersAtOnce: number;
  readonly memory: SubscriptionMemory;
}

/**
 * Keeps the session's subscriptions as the paired devices want them. On a new connection all are asked for again: the
 * broker may have lost them, and to ask twice does nothing. What an earlier run of the gateway had subscribed to, and
 * nobody wants any more, is given up; it would come for ever otherwise.
 */
export class Subscriptions {
  private known: Set<string> | undefined;
  private readonly asked = new Set<string>();
  private readonly refusals = new Set<string>();

  constructor(private readonly options: SubscriptionsOptions) {}

  get granted(): number {
    return this.asked.size - this.refusals.size;
  }

  /** Filters that the broker's rights keep from the gateway. */
  get refused(): readonly string[] {
    return [...this.refusals];
  }

  /** A new connection: nothing is asked for yet. */
  restart(): void {
    this.asked.clear();
    this.refusals.clear();
  }

  /** Rejects where the connection ends first; what was done until then stays known. */
  async renew(subscriber: Subscriber, topics: ReadonlySet<string>): Promise<void> {
    const wanted = new Set([...topics].map((topic) => this.shared(topic)));
    const { memory } = this.options;
    this.known ??= new Set(await memory.load());
    const { known } = this;
    const fresh = [...wanted].filter((filter) => !this.asked.has(filter));
    const stale = [...known].filter((filter) => !wanted.has(filter));
    if (fresh.some((filter) => !known.has(filter))) {
      for (const filter of fresh) known.add(filter);
      await memory.save([...known]);
    }
    for (const some of this.portions(fresh)) await this.ask(subscriber, some);
    for (const some of this.portions(stale)) await this.giveUp(subscriber, some);
    if (stale.length > 0) await memory.save([...known]);
  }

  private async ask(subscriber: Subscriber, filters: readonly string[]): Promise<void> {
    const refused = await subscriber.subscribe(filters);
    for (const filter of filters) this.asked.add(filter);
    for (const filter of refused) this.refusals.add(filter);
  }

  private async giveUp(subscriber: Subscriber, filters: readonly string[]): Promise<void> {
    await subscriber.unsubscribe(filters);
    for (const filter of filters) {
      this.known?.delete(filter);
      this.asked.delete(filter);
      this.refusals.delete(filter);
    }
  }

  private shared(topic: string): string {
    const { group } = this.options;
    return group === undefined ? topic : `$share/${group}/${topic}`;
  }

  private *portions(filters: readonly string[]): Iterable<readonly string[]> {
    const { filtersAtOnce } = this.options;
    for (let at = 0; at < filters.length; at += filtersAtOnce) yield filters.slice(at, at + filtersAtOnce);
  }
}
