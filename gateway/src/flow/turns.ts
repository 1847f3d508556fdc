/** Lets the tasks of one key run one after the other, in the order in which they came; keys do not wait for each other. */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  take<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.last.get(key);
    const turn = before ? before.then(task, task) : task();
    this.last.set(key, turn);
    const leave = (): void => {
      if (this.last.get(key) === turn) this.last.delete(key);
    };
    turn.then(leave, leave);
    return turn;
  }

  /** Resolves when everything that has been taken so far is done. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.last.values());
  }
}
