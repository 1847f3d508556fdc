/** Bytes of messages that all panels together have in memory. Whoever finds no room waits to be woken. */
export class ByteBudget {
  private used = 0;
  private readonly waiting = new Set<() => void>();

  /** Large packets share three quarters, so that they never keep small ones, the alarms, from coming in. */
  constructor(
    private readonly total: number,
    private readonly largeFrom = 64 * 1024,
  ) {}

  get reserved(): number {
    return this.used;
  }

  /** A packet larger than the whole budget gets in when it is alone. */
  reserve(bytes: number): boolean {
    const room = bytes >= this.largeFrom ? this.total * 0.75 : this.total;
    if (this.used > 0 && this.used + bytes > room) return false;
    this.used += bytes;
    return true;
  }

  release(bytes: number): void {
    this.used -= bytes;
    if (this.waiting.size === 0) return;
    const woken = [...this.waiting];
    this.waiting.clear();
    for (const wake of woken) wake();
  }

  /** Calls `wake` once, after the next release. Returns the way to leave the queue. */
  wait(wake: () => void): () => void {
    this.waiting.add(wake);
    return () => this.waiting.delete(wake);
  }
}
