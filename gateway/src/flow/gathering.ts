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
  private readonly open = new Set<Promise<Result>>();
  private readonly waiting: Arrival<Item, Result>[] = [];
  private underWay = 0;
  private isDue = false;

  constructor(private readonly options: GatheringOptions<Item, Result>) {}

  add(item: Item): Promise<Result> {
    const added = new Promise<Result>((resolve, reject) => {
      const leave = (): void => {
        this.open.delete(added);
        this.underWay -= 1;
        this.handOverSoon();
      };
      this.waiting.push({
        item,
        resolve: (result) => {
          leave();
          resolve(result);
        },
        reject: (error) => {
          leave();
          reject(error as Error);
        },
      });
    });
    this.open.add(added);
    this.handOverSoon();
    return added;
  }

  /** Resolves when all that was added so far is done; what is added meanwhile holds it up no longer. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.open);
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
    for (const [index, { resolve, reject }] of arrivals.entries()) results[index]?.then(resolve, reject);
  }
}
