export interface GatheringOptions<Item, Result> {
  /** So many are under way at most; the others wait as they came. */
  readonly most: number;
  /** Takes what came, in its order, and answers with one promise for each. Never throws. */
  pass(items: readonly Item[]): readonly Promise<Result>[];
}

interface Arrival<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers what comes in one turn of the event loop, so that a step is taken for all of it before the next step: the
 * code of a step stays in the processor's cache, and what is stored goes into one commit.
 */
export class Gathering<Item, Result> {
  private readonly waiting: Arrival<Item, Result>[] = [];
  private readonly idlers: (() => void)[] = [];
  private underWay = 0;
  private isDue = false;

  constructor(private readonly options: GatheringOptions<Item, Result>) {}

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.handOverSoon();
    });
  }

  /** Resolves when all that was added is done. */
  idle(): Promise<void> {
    if (this.isIdle) return Promise.resolve();
    return new Promise((resolve) => this.idlers.push(resolve));
  }

  private get isIdle(): boolean {
    return this.underWay === 0 && this.waiting.length === 0;
  }

  private handOverSoon(): void {
    if (this.isDue || this.waiting.length === 0 || this.underWay >= this.options.most) return;
    this.isDue = true;
    setImmediate(() => this.handOver());
  }

  private handOver(): void {
    this.isDue = false;
    const arrivals = this.waiting.splice(0, this.options.most - this.underWay);
    this.underWay += arrivals.length;
    const results = this.options.pass(arrivals.map(({ item }) => item));
    for (const [index, { resolve, reject }] of arrivals.entries()) {
      results[index]?.then(
        (result) => this.leave(() => resolve(result)),
        (error: unknown) => this.leave(() => reject(error)),
      );
    }
  }

  private leave(tell: () => void): void {
    tell();
    this.underWay -= 1;
    this.handOverSoon();
    if (this.isIdle) for (const resolve of this.idlers.splice(0)) resolve();
  }
}
